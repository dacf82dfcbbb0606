/** Bad input gets one clear message with a hint, and an exit status of its own kind. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runTrace, startFixture, type Watched } from "./trace-command.ts";

const directory = mkdtempSync(join(tmpdir(), "trace-bad-input-"));
let target: Watched;

beforeAll(async () => {
  target = await startFixture("node-target.mjs");
});
afterAll(async () => {
  target.child.stdin.end();
  await target.ended;
  rmSync(directory, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

test("no command", async () => {
  const { status, stdout, stderr } = await runTrace([]);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("Say what to do: trace run, record, report, merge, list, compile or doctor.");
});

test("an unknown command and an unknown option", async () => {
  expect((await runTrace(["rum"])).status).toBe(2);
  const { status, stderr } = await runTrace(["run", "--pidd", "3"]);
  expect(status).toBe(2);
  expect(stderr).toContain("Unknown argument: pidd");
});

test("a syntax error is shown with its place", async () => {
  const { status, stdout, stderr } = await runTrace(["run", file("bad.d", "BEGIN\n{\n  x = ;\n}\n")]);
  expect(status).toBe(64);
  expect(stdout).toBe("");
  expect(stderr).toContain("bad.d:3:7: error:");
  expect(stderr).toContain("3 |   x = ;");
  expect(stderr).toContain("^");
  expect(stderr).toContain("D_SYNTAX");
});

test("a script that is not there", async () => {
  const { status, stderr } = await runTrace(["run", "/no/such/script.d"]);
  expect(status).toBe(64);
  expect(stderr).toContain("cannot read /no/such/script.d: no such file");
});

test("no script at all", async () => {
  const { status, stderr } = await runTrace(["run", "-p", String(target.pid)]);
  expect(status).toBe(2);
  expect(stderr).toContain("there is no program to run");
});

test("a probe that the target does not have", async () => {
  const { status, stderr } = await runTrace([
    "run",
    "-n",
    "fixture*:::no-such { @ = count(); }",
    "-p",
    String(target.pid),
  ]);
  expect(status).toBe(65);
  expect(stderr).toContain("no probe matches 'fixture*:::no__such'");
  expect(stderr).toContain("fixture:::counted");
});

test("a pid that no process has", async () => {
  const { status, stderr } = await runTrace(["run", "-n", "x*:::y { }", "-p", "4194305"]);
  expect(status).toBe(66);
  expect(stderr).toContain("no process has the pid 4194305");
});

test("a process without probes", async () => {
  const { status, stderr } = await runTrace([
    "run",
    "-n",
    "x*:::y { }",
    "-b",
    "embedded",
    "-p",
    String(process.pid),
  ]);
  expect(status).toBe(66);
  expect(stderr).toContain(String(process.pid));
});

test("a command that is not there", async () => {
  const { status, stderr } = await runTrace(["run", "-n", "x*:::y { }", "-c", "no-such-command"]);
  expect(status).toBe(66);
  expect(stderr).toContain("cannot run 'no-such-command': no such command");
});

test("a backend, a language, an output and a duration that do not exist", async () => {
  const program = ["-n", "BEGIN { exit(0); }"];
  for (const [args, message] of [
    [["-b", "ktap"], "there is no backend 'ktap'"],
    [["-l", "awk"], "there is no language 'awk'"],
    [["-o", "xml"], "there is no output format 'xml'"],
    [["--for", "soon"], "'soon' is not a duration"],
    [["-p", "self"], "the pid of -p must be a positive integer"],
  ] as const) {
    const { status, stderr } = await runTrace(["run", ...program, ...args]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) as string });
  }
});

test("bpftrace that is not installed", async () => {
  const { status, stderr } = await runTrace(
    ["run", "-b", "bpftrace", "-n", "fixture*:::plain { }", "-p", String(target.pid)],
    { PATH: "/nowhere" },
  );
  expect(status).toBe(68);
  expect(stderr).toMatch(/the bpftrace backend is not usable: .*\n.*hint: .*install bpftrace/s);
});

describe("files that are no ELF", () => {
  test.each([
    ["empty", new Uint8Array()],
    ["text", Buffer.from("not a program")],
    ["cut", Buffer.from("\x7fELF\x02\x01\x01")],
    ["wild", Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"), Buffer.alloc(64, 0xff)])],
  ])("%s", async (name, content) => {
    const { status, stdout, stderr } = await runTrace(["list", file(name, content)]);
    expect(status).toBe(65);
    expect(stdout).toBe("");
    expect(stderr).not.toContain("internal error");
  });
});

test("a reader that goes away is no error", async () => {
  const { status, stderr } = await runTrace(["list", "--help"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
