import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lowered } from "./test-kit.ts";

const folder = new URL("golden/", import.meta.url);

for (const name of readdirSync(folder).filter((file) => file.endsWith(".d"))) {
  test(`${name} is lowered as before`, async () => {
    const program = lowered(readFileSync(new URL(name, folder), "utf8"), { target: 77 });
    await expect(`${JSON.stringify(program, undefined, 2)}\n`).toMatchFileSnapshot(
      new URL(name.replace(/\.d$/, ".program.txt"), folder).pathname,
    );
  });
}
