import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProcess, findProcesses } from "./find-process.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-find-"));
  process.env["TRACE_DIR"] = directory;
});
afterAll(() => {
  delete process.env["TRACE_DIR"];
  rmSync(directory, { recursive: true });
});

test("a process is found by its sockets; without any it cannot be traced", () => {
  expect(() => findProcess(process.pid)).toThrow(expect.objectContaining({ code: "TARGET_NOT_TRACEABLE" }));
  const sockets = [`${process.pid}.sock`, `${process.pid}-2.sock`].map((name) => join(directory, name));
  for (const path of sockets) writeFileSync(path, "");
  const found = findProcess(process.pid);
  expect(found).toMatchObject({ pid: process.pid, root: "" });
  expect([...found.sockets].sort()).toEqual([...sockets].sort());
  expect(findProcesses().map((one) => one.pid)).toEqual([process.pid]);
});

test("sockets of processes that are gone are none", () => {
  writeFileSync(join(directory, "4194305.sock"), "");
  expect(findProcesses().map((one) => one.pid)).not.toContain(4194305);
  expect(() => findProcess(4194305)).toThrow(expect.objectContaining({ code: "TARGET_NOT_FOUND" }));
});
