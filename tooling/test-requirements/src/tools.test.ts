import { afterEach, expect, test, vi } from "vitest";
import { missing } from "./tools.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a program is looked for on PATH, and the reason says how to get it", () => {
  vi.stubEnv("PATH", "/nowhere");
  expect(missing("readelf")).toBe("readelf is not on PATH: apt-get install binutils");
});

test("a version of bpftrace has to be named by the environment", () => {
  vi.stubEnv("TRACE_BPFTRACE_0_27", "/nowhere/bpftrace");
  expect(missing("bpftrace 0.27")).toMatch(
    /needs root|uprobe_events is not here|TRACE_BPFTRACE_0_27 names no program/,
  );
});
