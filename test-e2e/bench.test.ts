import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("every benchmark still runs", () => {
  const main = fileURLToPath(new URL("../tooling/bench/dist/main.js", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [main, "--smoke"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
