import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { procNames } from "./process-names.ts";

test.runIf(process.platform === "linux")("names of this process and its first thread", () => {
  const comm = readFileSync("/proc/self/comm", "utf8").trimEnd();
  expect(procNames(process.pid)).toBe(comm);
  expect(procNames(process.pid, process.pid)).not.toBe("");
});

test("a process that is not has no name", () => {
  expect(procNames(4_194_304)).toBeUndefined();
  expect(procNames(process.pid, 4_194_304)).toBeUndefined();
});
