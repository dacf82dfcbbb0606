/** A program of begin, end and timer clauses needs no target. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runTrace } from "./trace-command.ts";

test("it runs until it ends itself, also where nobody has published a provider", async () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-no-target-"));
  const program = `
    BEGIN { printf("begin\\n"); }
    tick-50ms { n++; @["ticks"] = count(); }
    tick-50ms /n == 3/ { exit(7); }
    END { printf("end\\n"); }`;
  try {
    const { stdout, status } = await runTrace(["run", "-q", "-n", program], { TRACE_DIR: directory });
    expect(stdout).toBe(`begin\nend\n\n  ${"ticks".padEnd(50)} ${"3".padStart(16)}\n`);
    expect(status).toBe(7);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("it is held alive by nothing but its timers", async () => {
  const { stdout, status } = await runTrace([
    "run",
    "-q",
    "-n",
    'tick-300ms { printf("late\\n"); exit(0); }',
  ]);
  expect({ stdout, status }).toEqual({ stdout: "late\n\n", status: 0 });
});
