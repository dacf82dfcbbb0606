/** The examples do what their READMEs say. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWith } from "@trace/test-requirements";
import { runTrace, traceCommand, Watched } from "./trace-command.ts";

function example(name: string): string {
  return fileURLToPath(new URL(`../apps/examples/${name}`, import.meta.url));
}

let jobs: Watched;
let pid: string;

beforeAll(async () => {
  jobs = new Watched(process.execPath, [example("jobs.mjs")]);
  await jobs.until(/process \d+/);
  pid = String(jobs.pid);
});
afterAll(async () => {
  jobs.signal("SIGTERM");
  await jobs.ended;
});

async function succeed(...args: string[]): Promise<string> {
  const { stdout, stderr, status } = await runTrace(["run", ...args]);
  expect(stderr).not.toMatch(/error|lost|warning/);
  expect(status).toBe(0);
  return stdout;
}

function latencyIsShown(stdout: string): void {
  for (const kind of ["mail", "image", "report"]) {
    expect(stdout).toMatch(new RegExp(`^  ${kind} +\\n +value +-+ Distribution`, "m"));
    expect(stdout).toMatch(new RegExp(`^${kind} +[1-9]\\d* done$`, "m"));
  }
}

describe("embedded", () => {
  test("latency.d", async () => {
    latencyIsShown(await succeed(example("latency.d"), "-b", "embedded", "-p", pid, "--for", "1s"));
  });

  test("biggest.d", async () => {
    const stdout = await succeed(example("biggest.d"), "2", "-b", "embedded", "-p", pid);
    expect(stdout).toMatch(/^\d{4} \w{3} [ \d]\d [\d:]{8}$/m);
    expect(stdout.match(/^ {2}\w+ +\d+ bytes$/gm)).toHaveLength(4);
  });

  test("first-jobs.d", async () => {
    const command = `${process.execPath} ${example("jobs.mjs")}`;
    const trace = new Watched(process.execPath, [
      traceCommand,
      "run",
      example("first-jobs.d"),
      "-c",
      command,
    ]);
    await trace.until(/^job 4 .*\n/m);
    // The command goes on without its tracer, on the same standard output.
    process.kill(Number(/process (\d+)/.exec(trace.stdout)?.[1]), "SIGKILL");
    const { stdout, status } = await trace.ended;
    expect(status).toBe(0);
    expect(stdout).toContain("job 1 is a image\njob 2 is a report\njob 3 is a mail\njob 4 is a image\n");
  });

  test("from-a-program.mjs", async () => {
    const { stdout, stderr, status } = await new Watched(process.execPath, [
      example("from-a-program.mjs"),
      pid,
    ]).ended;
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    for (const kind of ["mail", "image", "report"]) {
      expect(stdout).toMatch(new RegExp(`^done ${kind}: [1-9]\\d*$`, "m"));
      expect(stdout).toMatch(new RegExp(`^bytes ${kind}: [1-9]\\d*$`, "m"));
    }
  });
});

describeWith(["bpftrace", "native add-on"], "bpftrace", () => {
  test("latency.d", async () => {
    latencyIsShown(await succeed(example("latency.d"), "-b", "bpftrace", "-p", pid, "--for", "2s"));
  });

  test("biggest.d", async () => {
    const stdout = await succeed(example("biggest.d"), "2", "-b", "bpftrace", "-p", pid);
    expect(stdout.match(/^ {2}\w+ +\d+ bytes$/gm)).toHaveLength(4);
  });
});
