/** A program that was not written for us: Debian's Python, through its own USDT probes and bpftrace. */
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "@trace/test-requirements";
import { afterAll, expect, test } from "vitest";
import { runTrace } from "./trace-command.ts";

const directory = mkdtempSync(join(tmpdir(), "trace-python-"));
afterAll(() => rmSync(directory, { recursive: true }));

const PROGRAM = `
def inner(n):
    return n + 1

def outer(n):
    for i in range(n):
        inner(i)

for i in range(5):
    outer(7)
`;

// CPython 3.11 fires function-entry only for frames that were entered while "line" is armed too.
const SCRIPT = `
python*:::line { @lines = count(); }
python*:::function-entry
/copyinstr(arg1) == "inner" || copyinstr(arg1) == "outer"/
{
  @calls[copyinstr(arg1), arg2] = count();
}
END { printa("%s %d %@d\\n", @calls); }
`;

describeWith(["bpftrace", "python3.11"], "Python", () => {
  test("calls are counted by function, from the first on", async () => {
    const file = join(directory, "calls.py");
    writeFileSync(file, PROGRAM);
    const { stdout, stderr, status } = await runTrace([
      "run",
      "-b",
      "bpftrace",
      "-x",
      "quiet",
      "-n",
      SCRIPT,
      "-c",
      `/usr/bin/python3.11 ${file}`,
    ]);
    expect(stderr).not.toMatch(/error|lost/);
    expect(status).toBe(0);
    expect(stdout.split("\n").slice(0, 2)).toEqual(["outer 5 5", "inner 2 35"]);
  });

  test("its probes are listed", async () => {
    const { stdout, status } = await runTrace(["list", "/usr/bin/python3.11", "python*:::function*"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^python:python3\.11:\w*:function-entry\(.*\)$/m);
  });
});
