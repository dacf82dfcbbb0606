/** Recordings: what was recorded is shown as the live run showed it, asked other questions, and merged. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runTrace, startFixture, startTrace, type Ended } from "./trace-command.ts";

const target = fileURLToPath(new URL("fixtures/node-target.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "trace-recording-"));
const inFolder = (name: string): string => join(folder, name);

afterAll(() => rmSync(folder, { recursive: true }));

/** Every kind of output, and aggregations of every function. */
const PROGRAM = `
  BEGIN { printf("%Y\\n", walltimestamp); start = timestamp; }
  fixture*:::counted { @ = count(); @sum = sum(arg0); @q = quantize(arg0); @l = lquantize(arg0, 0, 100, 10); }
  fixture*:::latency { @by[copyinstr(arg0)] = avg(arg1); @dev = stddev(arg1); @max = max(arg1); }
  fixture*:::integers { trace(arg7); @wide[arg6] = min(arg6); }
  fixture*:::texts { printf("%s %d\\n", copyinstr(arg0), arg3); }
  END { printa("%s %@d\\n", @by); normalize(@sum, 3); trunc(@wide, 2); }`;

const COUNTS = "fixture*:::counted { @ = count(); @sum = sum(arg0); @q = quantize(arg0); }";

/** Runs `trace record` to its end. */
async function record(file: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await runTrace(["record", ...args, "-o", inFolder(file)]);
  expect(ended.status).toBe(0);
  return ended;
}

describe("a recording of a program", () => {
  beforeAll(async () => {
    const fixture = await startFixture("node-target.mjs");
    const outputs = ["text", "json", "chrome", "collapsed", "json:bpftrace"];
    const run = await startTrace([
      "run",
      "-n",
      PROGRAM,
      "-p",
      String(fixture.pid),
      ...outputs.flatMap((format) => ["-o", `${format}=${inFolder(`live.${format}`)}`]),
    ]);
    await fixture.command("fire 150");
    run.signal("SIGINT");
    await run.ended;
    fixture.child.stdin.end();
    await fixture.ended;
  });

  test.each(["text", "json", "collapsed", "json:bpftrace"])(
    "is shown as %s byte for byte as the live run showed it",
    async (format) => {
      const { status, stderr } = await runTrace([
        "report",
        inFolder("live.json"),
        "-o",
        `${format}=${inFolder(`again.${format}`)}`,
      ]);
      expect(stderr).toBe("");
      expect(status).toBe(0);
      expect(readFileSync(inFolder(`again.${format}`))).toEqual(readFileSync(inFolder(`live.${format}`)));
    },
  );

  test("is read from standard input, too, and shown on standard output", () => {
    const input = readFileSync(inFolder("live.json"));
    const command = fileURLToPath(new URL("../apps/cli/bin/trace.js", import.meta.url));
    const output = execFileSync(process.execPath, [command, "report", "-"], { input });
    expect(output).toEqual(readFileSync(inFolder("live.text")));
  });

  test("shows what was before damage, says where it is, and fails", async () => {
    const whole = readFileSync(inFolder("live.json"), "utf8").split("\n");
    writeFileSync(inFolder("cut.json"), `${whole.slice(0, 40).join("\n")}\n{"type":"rec`);
    const { stdout, stderr, status } = await runTrace(["report", inFolder("cut.json")]);
    expect(stderr).toMatch(
      /cut\.json, line 41: the recording is cut off in the middle of it \[RECORDING_MALFORMED\]/,
    );
    expect(status).toBe(1);
    const live = readFileSync(inFolder("live.text"), "utf8");
    expect(stdout.length).toBeGreaterThan(500);
    expect(live.startsWith(stdout.trimEnd())).toBe(true);
  });

  test("does not answer what it does not hold", async () => {
    const { stdout, stderr, status } = await runTrace([
      "report",
      inFolder("live.json"),
      "-n",
      "fixture*:::texts { trace(copyinstr(arg1)); }",
    ]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/the recording does not hold arg1 of .*texts \[RECORDING_NO_ARGUMENT\]/);
    expect(status).toBe(69);
    const counted = await runTrace(["report", inFolder("live.json"), "-n", COUNTS]);
    expect(counted.stderr).toMatch(/does not hold every firing of .*counted \[RECORDING_NO_FIRINGS\]/);
  });
});

describe("trace record", () => {
  test("keeps the names of processes and threads for a Chrome trace", async () => {
    const fixture = await startFixture("node-target.mjs");
    const program = "fixture*:::counted { trace(arg0); }";
    const session = await startTrace([
      "record",
      "-n",
      program,
      "-p",
      String(fixture.pid),
      "-o",
      inFolder("named.ndjson"),
    ]);
    await fixture.command("counted 10");
    session.signal("SIGINT");
    expect((await session.ended).stdout).toBe("");
    fixture.child.stdin.end();
    await fixture.ended;
    const { stdout } = await runTrace(["report", inFolder("named.ndjson"), "-o", "chrome"]);
    const events = JSON.parse(stdout) as { name: string; pid: number; args?: { name?: string } }[];
    const name = events.find((event) => event.name === "process_name" && event.pid === fixture.pid);
    expect(name?.args?.name).toMatch(/node/);
  });

  test("refuses a file that is not there, and one that is none", async () => {
    const absent = await runTrace(["report", inFolder("absent")]);
    expect(absent.stderr).toMatch(/cannot read .*absent: no such file \[RECORDING_UNREADABLE\]/);
    expect(absent.status).toBe(66);
    const other = await runTrace(["report", target]);
    expect(other.stderr).toMatch(/node-target.mjs, line 1: it is no JSON \[RECORDING_MALFORMED\]/);
    expect(other.status).toBe(1);
    const unwritable = await runTrace(["record", "-n", COUNTS, "-o", "/nonexistent/x"]);
    expect(unwritable.stderr).toMatch(/cannot write \/nonexistent\/x: no such file \[OUTPUT_UNWRITABLE\]/);
    expect(unwritable.status).toBe(1);
  });
});

describe("a recording without a program", () => {
  beforeAll(() => record("raw.ndjson", "fixture*:::", "-c", `node ${target} fire 40`));

  test.each([
    ["counts and sums", COUNTS],
    ["texts", 'fixture*:::texts { printf("%s|%s|%d\\n", copyinstr(arg0), copyinstr(arg1), arg3); }'],
    [
      "integers of every width",
      "fixture*:::integers { @[arg0, arg1, arg2, arg3, arg4, arg5, arg6, arg7] = count(); }",
    ],
    ["many arguments", "fixture*:::wide { @ = sum(arg0 + arg9); @a = max(arg8); }"],
    [
      "variables of threads",
      "fixture*:::counted { self->n = arg0; } fixture*:::latency /self->n > 3/ { @[self->n] = sum(arg1); }",
    ],
    ["the process", "fixture*:::plain { @[execname, uid, tid == pid] = count(); }"],
  ])("answers other programs as a live run does: %s", async (_, program) => {
    const live = await runTrace(["run", "-q", "-n", program, "-c", `node ${target} fire 40`]);
    const replayed = await runTrace(["report", inFolder("raw.ndjson"), "-q", "-n", program]);
    expect(replayed.stderr).toBe("");
    expect(replayed.stdout).toBe(live.stdout.replace(/^ready \d+\n/m, ""));
    expect(replayed.stdout.length).toBeGreaterThan(5);
    expect(replayed.status).toBe(0);
  });

  test("is readable as it is", async () => {
    const { stdout } = await runTrace(["report", inFolder("raw.ndjson")]);
    expect(stdout).toContain("latency(name=beta, ns=1)\n");
    expect(stdout).toContain("u64=18446744073709551615)\n");
  });

  test("runs timers by the time of the recording, and ends by exit", async () => {
    await record(
      "slow.ndjson",
      "fixture*:::counted",
      "-c",
      `node ${target} counted 1 rest 600 counted 1 rest 10`,
    );
    const ticks = await runTrace([
      "report",
      inFolder("slow.ndjson"),
      "-q",
      "-n",
      "tick-100ms { ticks++; } fixture*:::counted /arg0 == 1/ { exit(ticks >= 4 && ticks < 60 ? 7 : 8); }",
    ]);
    expect(ticks.stderr).toBe("");
    expect(ticks.status).toBe(7);
  });

  test("refuses what no recording knows", async () => {
    const { stderr, status } = await runTrace([
      "report",
      inFolder("raw.ndjson"),
      "-n",
      "fixture*:::plain { trace(vtimestamp); }",
    ]);
    expect(stderr).toMatch(/the replay backend has no built-in variable vtimestamp \[CAPABILITY_MISSING\]/);
    expect(status).toBe(69);
  });
});

describe("trace merge", () => {
  beforeAll(async () => {
    await record("a.ndjson", "-n", COUNTS, "-c", `node ${target} counted 30`);
    await record("b.ndjson", "-n", COUNTS, "-c", `node ${target} counted 12`);
  });

  test("adds up what two processes counted", async () => {
    const { stdout, stderr, status } = await runTrace([
      "merge",
      inFolder("a.ndjson"),
      inFolder("b.ndjson"),
      "-o",
      `json=${inFolder("ab.ndjson")}`,
      "-o",
      "text",
    ]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const sum = (30 * 29) / 2 + (12 * 11) / 2;
    expect(stdout.startsWith(`\n               42\n              ${sum}\n`)).toBe(true);
    // Zero is in its own bucket: once for each process.
    expect(stdout).toMatch(
      /\n {15}0 \|@* +2 *\n {15}1 \|@* +2 *\n {15}2 \|@* +4 *\n {15}4 \|@* +8 *\n {15}8 \|@* +12 *\n {14}16 \|@* +14 *\n/,
    );
  });

  test("gives a recording that merges again, in any order", async () => {
    const one = await runTrace(["merge", inFolder("ab.ndjson"), inFolder("a.ndjson")]);
    const other = await runTrace(["merge", inFolder("a.ndjson"), inFolder("a.ndjson"), inFolder("b.ndjson")]);
    expect(one.stdout).toBe(other.stdout);
    expect(one.stdout).toContain(" 72\n");
  });

  test("refuses programs that aggregate differently", async () => {
    await record(
      "c.ndjson",
      "-n",
      "fixture*:::counted { @[arg0] = count(); }",
      "-c",
      `node ${target} counted 3`,
    );
    const { stdout, stderr, status } = await runTrace([
      "merge",
      inFolder("a.ndjson"),
      inFolder("c.ndjson"),
      "-o",
      "json",
    ]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /@ is count\(\) in .*a.ndjson and count\(\) by \[int64\] in .*c.ndjson \[RECORDINGS_DISAGREE\]/,
    );
    expect(status).toBe(1);
  });
});

test("a long recording is shown in the memory of a short one", async () => {
  const lines = readFileSync(inFolder("raw.ndjson"), "utf8").trimEnd().split("\n");
  const head = lines.slice(0, -2);
  const records = head.filter((line) => line.startsWith('{"type":"record"')).join("\n");
  const tail = lines.slice(-2).join("\n");
  const repeat = Math.ceil((120 * 2 ** 20) / records.length);
  writeFileSync(inFolder("long.ndjson"), `${head.join("\n")}\n`);
  for (let at = 0; at < repeat; at++) writeFileSync(inFolder("long.ndjson"), `${records}\n`, { flag: "a" });
  writeFileSync(inFolder("long.ndjson"), `${tail}\n`, { flag: "a" });
  expect(statSync(inFolder("long.ndjson")).size).toBeGreaterThan(100 * 2 ** 20);
  const { stdout, stderr, status } = await runTrace(
    ["report", inFolder("long.ndjson"), "-n", "fixture*:::counted { @ = count(); }"],
    { NODE_OPTIONS: "--max-old-space-size=48" },
  );
  expect(stderr).toBe("");
  expect(stdout.trim()).toBe(String(40 * (repeat + 1)));
  expect(status).toBe(0);
});
