import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { watchProcess } from "./watch-process.ts";

test("the end of a process is told, once", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise<void>((resolve) => {
    expect(watchProcess(child.pid ?? 0, resolve)).toBeDefined();
  });
  child.stdin?.end();
  await ended;
});

test("a pid that nobody has cannot be watched", () => {
  expect(watchProcess(2 ** 22 + 1, () => undefined)).toBeUndefined();
});
