/** `trace dtrace` beside the recorded output of the real one: standard output, standard error and status, byte for byte. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cases } from "./dtrace-command/cases.mjs";
import { runCase, type Outcome } from "./dtrace-command/run-case.mjs";
import { runTrace, traceCommand, Watched } from "./trace-command.ts";

const recorded = JSON.parse(
  readFileSync(new URL("dtrace-command/recorded.json", import.meta.url), "utf8"),
) as Record<string, Outcome>;

test.each(cases)("$name", async (one) => {
  expect(await runCase([process.execPath, traceCommand, "dtrace"], one)).toEqual(recorded[one.name]);
});

const directory = mkdtempSync(join(tmpdir(), "trace-dtrace-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("an interrupt ends with a line break, then END clauses and aggregations", async () => {
  const program = 'BEGIN { printf("ready\\n"); @ = count(); } END { printf("end\\n"); }';
  const watched = new Watched(process.execPath, [traceCommand, "dtrace", "-q", "-n", program], {
    TRACE_BACKEND: "embedded",
  });
  await watched.until(/ready/);
  watched.signal("SIGINT");
  expect(await watched.ended).toEqual({
    stdout: "ready\n\nend\n\n                1\n",
    stderr: "",
    status: 0,
  });
});

test("-o appends", async () => {
  const file = join(directory, "output");
  const run = (text: string): ReturnType<typeof runTrace> =>
    runTrace(["dtrace", "-q", "-o", file, "-n", `BEGIN { printf("${text}\\n"); exit(0); }`]);
  expect(await run("one")).toEqual({ stdout: "", stderr: "", status: 0 });
  await run("two");
  expect(readFileSync(file, "utf8")).toBe("one\n\ntwo\n\n");
});

test("without words it tells its options, as a mistake of usage", async () => {
  const { stdout, stderr, status } = await runTrace(["dtrace"]);
  expect([stdout, status]).toEqual(["", 2]);
  expect(stderr).toMatch(/^Usage: dtrace /);
});
