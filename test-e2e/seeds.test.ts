/** The D scripts that trace grew from run unmodified against providers of the same names. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFixture, startTrace, type Watched } from "./trace-command.ts";

const seeds = fileURLToPath(new URL("../../shared/seeds/", import.meta.url));
const present = existsSync(seeds);

describe.skipIf(!present)(present ? "seeds" : "seeds [../shared/seeds is not here]", () => {
  let target: Watched;
  beforeAll(async () => {
    target = await startFixture("seed-providers.mjs");
  });
  afterAll(async () => {
    target.child.stdin.end();
    await target.ended;
  });

  async function run(script: string, command: string, stop: boolean): Promise<string> {
    const trace = await startTrace(["run", `${seeds}${script}`, "-p", String(target.pid), "-x", "quiet"]);
    await target.command(command);
    if (stop) trace.signal("SIGINT");
    const { stdout, stderr, status } = await trace.ended;
    expect(stderr).not.toMatch(/error|lost/);
    expect(status).toBe(0);
    return stdout;
  }

  test("pythonprobe.d prints strings", async () => {
    expect(await run("pythonprobe.d", "strings", true)).toBe(
      [
        "null || null || null || null || null",
        "0 || null || null || null || null",
        "0 || 1 || null || null || null",
        "0 || 1 || 2 || null || null",
        "0 || 1 || 2 || 3 || null",
        "0 || 1 || 2 || 3 || 4",
        "",
        "",
      ].join("\n"),
    );
  });

  test("pythonprofiler.d sums the time by line", async () => {
    const stdout = await run("pythonprofiler.d", "lines", true);
    const rows = stdout.split("\n").filter((line) => line !== "");
    expect(rows.map((row) => row.slice(0, 104).trimEnd()).sort()).toEqual(
      ["1", "6", "7", "8"].map((line) => `  ${line.padEnd(50)}  /var/tmp/test.py`),
    );
    for (const row of rows) expect(row.slice(104)).toMatch(/^ +\d+$/);
  });

  test("wallaroo.d reports on a runtime, a language and disks, and stops by itself", async () => {
    const stdout = await run("wallaroo.d", "runtime", false);
    const table = (name: string, value: number): string =>
      `  ${name.padEnd(50)} ${String(value).padStart(16)}`;
    expect(stdout).toContain(
      [
        "Stopping after 5 seconds.",
        "",
        "Values in the @pony array (units = none)",
        "",
        table("gc-end", 3),
        table("gc-start", 4),
        "",
        "Values in the @heap array (units = bytes)",
        "",
        `  ${"heap-alloc".padEnd(50)}`,
        "           value  ------------- Distribution ------------- count    ",
        "               8 |                                         0        ",
        "              16 |@@@@@@@@@@@@@@@@@@@@                     2        ",
        "              32 |                                         0        ",
        "              64 |                                         0        ",
        "             128 |                                         0        ",
        "             256 |@@@@@@@@@@                               1        ",
        "             512 |                                         0        ",
        "            1024 |                                         0        ",
        "            2048 |                                         0        ",
        "            4096 |@@@@@@@@@@                               1        ",
        "            8192 |                                         0        ",
        "",
        "",
        "Values in the @python array (units = nanoseconds/call)",
        "",
        "  serve,app.py:7",
      ].join("\n"),
    );
    expect(stdout).toContain(
      `Values in the @os array (units = IO ops)\n\n${table("Disk I/O operation start count", 5)}\n`,
    );
  });
});
