/** Whoever is killed, the others stay healthy and nothing is left behind. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describeWith } from "@trace/test-requirements";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runTrace, startFixture, startTrace, type Watched } from "./trace-command.ts";

const COUNT = "fixture*:::counted { @ = count(); }";
let directory: string;
let environment: Record<string, string>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-killing-"));
  environment = { TRACE_DIR: directory };
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function start(pid: number, ...options: string[]): Promise<Watched> {
  return startTrace(["run", "-n", COUNT, "-p", String(pid), ...options], environment);
}

/** Waits until nobody watches the target's probes; fails after five seconds. */
async function disarmed(target: Watched): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    target.stdout = "";
    await target.command("state");
    if (target.stdout.includes("counted=0")) return;
    await delay(100);
  }
  throw new Error(`the probes are still armed: ${target.stdout}`);
}

async function end(target: Watched): Promise<void> {
  target.child.stdin.end();
  const { status, stderr } = await target.ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readdirSync(directory)).toEqual([]);
}

describe("embedded", () => {
  test("a tracer that is killed leaves the target disarmed and free for the next", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    const first = await start(target.pid, "-b", "embedded");
    await target.command("counted 10");
    first.signal("SIGKILL");
    await first.ended;
    await disarmed(target);
    const second = await start(target.pid, "-b", "embedded");
    await target.command("counted 7");
    second.signal("SIGINT");
    expect((await second.ended).stdout).toBe("\n                7\n");
    await end(target);
  });

  test("a tracer that is killed leaves a target in a busy loop disarmed too", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    target.child.stdin.write("loop 3000\n");
    await delay(200);
    const trace = await start(target.pid, "-b", "embedded");
    trace.signal("SIGKILL");
    await target.until(/done loop/);
    await disarmed(target);
    await end(target);
  });

  test("a target in a busy loop is traced, and its numbers are exact", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    target.child.stdin.write("loop 2000\n");
    await delay(200);
    const trace = await startTrace(
      [
        "run",
        "-b",
        "embedded",
        "-p",
        String(target.pid),
        "-n",
        "fixture*:::counted { @n = count(); @max = max(arg0); @min = min(arg0); }",
      ],
      environment,
    );
    await target.until(/done loop/);
    trace.signal("SIGINT");
    const { stdout, status } = await trace.ended;
    const [n = 0, max = 0, min = 0] = stdout.trim().split(/\s+/).map(Number);
    expect(status).toBe(0);
    expect(n).toBeGreaterThan(0);
    expect(n).toBe(max - min + 1);
    await end(target);
  });

  test("a target that is killed ends the run, and the tracer says so", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    const trace = await start(target.pid, "-b", "embedded");
    await target.command("counted 10");
    target.signal("SIGKILL");
    const { status } = await trace.ended;
    expect(status).toBe(0);
    const sweep = await runTrace(["doctor", "--clean"], environment);
    expect(sweep.stdout).toMatch(/files? of ended processes removed/);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("what a crashed process left is removed when the next provider starts", async () => {
    const crashed = await startFixture("node-target.mjs", [], environment);
    crashed.signal("SIGKILL");
    await crashed.ended;
    expect(readdirSync(directory)).not.toEqual([]);
    const target = await startFixture("node-target.mjs", [], environment);
    expect(readdirSync(directory).filter((name) => name.startsWith(String(crashed.pid)))).toEqual([]);
    await end(target);
  });

  test("several tracers at once each count for themselves", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    const first = await start(target.pid, "-b", "embedded");
    await target.command("counted 5");
    const second = await start(target.pid, "-b", "embedded");
    await target.command("counted 3");
    first.signal("SIGINT");
    expect((await first.ended).stdout).toBe("\n                8\n");
    await target.command("counted 2");
    second.signal("SIGINT");
    expect((await second.ended).stdout).toBe("\n                5\n");
    await disarmed(target);
    await end(target);
  });
});

describeWith(["bpftrace", "native add-on"], "bpftrace", () => {
  /** The bpftrace processes below `pid`. */
  function bpftracesOf(pid: number): readonly number[] {
    const table = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
    const below = (parent: number): number[] =>
      table
        .filter(([, ppid]) => Number(ppid) === parent)
        .flatMap(([child, , name]) => [
          ...(name === "bpftrace" ? [Number(child)] : []),
          ...below(Number(child)),
        ]);
    return below(pid);
  }

  async function gone(pids: readonly number[]): Promise<void> {
    expect(pids).not.toEqual([]);
    const alive = (): readonly number[] => pids.filter((pid) => existsSync(`/proc/${pid}`));
    for (let attempt = 0; attempt < 50 && alive().length > 0; attempt++) await delay(100);
    expect(alive()).toEqual([]);
  }

  test("a tracer that is killed takes bpftrace with it and leaves the target disarmed", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    const trace = await start(target.pid, "-b", "bpftrace");
    const tools = bpftracesOf(trace.pid);
    trace.signal("SIGKILL");
    await trace.ended;
    await gone(tools);
    await disarmed(target);
    await end(target);
  });

  test("bpftrace that is killed is told, and the target goes on", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    const trace = await start(target.pid, "-b", "bpftrace");
    for (const pid of bpftracesOf(trace.pid)) process.kill(pid, "SIGKILL");
    const { status, stderr } = await trace.ended;
    expect(status).toBe(1);
    expect(stderr).toMatch(/bpftrace .*SIGKILL/);
    await disarmed(target);
    await end(target);
  });

  test("a target that is killed ends the run with what was counted", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    const trace = await start(target.pid, "-b", "bpftrace");
    const tools = bpftracesOf(trace.pid);
    await target.command("counted 10");
    target.signal("SIGKILL");
    const { status, stdout } = await trace.ended;
    expect({ status, stdout }).toEqual({ status: 0, stdout: "\n               10\n" });
    await gone(tools);
  });

  test("embedded and bpftrace at once count the same", async () => {
    const target = await startFixture("node-target.mjs", [], environment);
    const kernel = await start(target.pid, "-b", "bpftrace");
    const embedded = await start(target.pid, "-b", "embedded");
    await target.command("counted 40");
    kernel.signal("SIGINT");
    embedded.signal("SIGINT");
    expect((await kernel.ended).stdout).toBe("\n               40\n");
    expect((await embedded.ended).stdout).toBe("\n               40\n");
    await disarmed(target);
    await end(target);
  });
});
