import { describe, expect, test } from "vitest";
import { matchProbe } from "./match-probe.ts";
import {
  argumentTypes,
  argumentValueType,
  dtraceProbeName,
  formatProbe,
  type ProbeDescription,
} from "./probe-description.ts";
import type { ProbePoint, UsdtPoint } from "./probe-point.ts";

const checkout: ProbeDescription = {
  family: "usdt",
  provider: "shop",
  module: "shop.so",
  function: "fire",
  name: "request__start",
  arguments: [],
  pid: 1234,
  path: "/tmp/shop.so",
};

function usdt(fields: Partial<UsdtPoint>): ProbePoint {
  return { kind: "usdt", provider: "", module: "", function: "", name: "", ...fields };
}

describe("a usdt point", () => {
  test.each<[string, Partial<UsdtPoint>, boolean]>([
    ["all fields empty", {}, true],
    ["the provider", { provider: "shop" }, true],
    ["the provider with its pid", { provider: "shop1234" }, true],
    ["the provider with another pid", { provider: "shop1235" }, false],
    ["a pattern of providers", { provider: "sh?p*" }, true],
    ["the name as declared", { name: "request__start" }, true],
    ["the name as D spells it", { name: "request-start" }, false],
    ["the module and the function", { module: "*.so", function: "fire" }, true],
    ["another module", { module: "other" }, false],
    ["its process", { pid: 1234 }, true],
    ["another process", { pid: 1 }, false],
    ["its file", { path: "/tmp/shop.so" }, true],
    ["another file", { path: "/tmp/shop2.so" }, false],
  ])("%s", (_, fields, expected) => {
    expect(matchProbe(usdt(fields), checkout)).toBe(expected);
  });

  test("of a process also means a probe of a file, in whatever process", () => {
    const { pid: _, ...inFile } = checkout;
    expect(matchProbe(usdt({ pid: 1 }), inFile)).toBe(true);
  });

  test("means no other family", () => {
    expect(matchProbe(usdt({}), { ...checkout, family: "function" })).toBe(false);
  });
});

test("functions, system calls and tracepoints", () => {
  const at = (
    family: ProbeDescription["family"],
    module: string,
    fn: string,
    name: string,
  ): ProbeDescription => ({
    family,
    provider: "",
    module,
    function: fn,
    name,
    arguments: [],
  });
  const entry: ProbePoint = {
    kind: "function",
    space: "user",
    at: "entry",
    module: "libc*",
    function: "mal*",
  };
  expect(matchProbe(entry, at("function", "libc.so.6", "malloc", "entry"))).toBe(true);
  expect(matchProbe(entry, at("function", "libc.so.6", "malloc", "return"))).toBe(false);
  const open: ProbePoint = { kind: "syscall", at: "return", name: "open*" };
  expect(matchProbe(open, at("syscall", "", "openat", "return"))).toBe(true);
  expect(matchProbe(open, at("syscall", "", "close", "return"))).toBe(false);
  const tracepoint: ProbePoint = { kind: "tracepoint", category: "sched", name: "sched_*" };
  expect(matchProbe(tracepoint, at("tracepoint", "sched", "", "sched_switch"))).toBe(true);
  expect(matchProbe(tracepoint, at("tracepoint", "irq", "", "sched_switch"))).toBe(false);
});

test("points of the program's own life match no probe of a list", () => {
  const timer: ProbePoint = { kind: "timer", mode: "interval", period: 1, name: "request__start" };
  for (const point of [
    { kind: "begin" },
    { kind: "end" },
    { kind: "error" },
    { kind: "never" },
    timer,
  ] as const)
    expect(matchProbe(point, checkout)).toBe(false);
});

test("a probe as DTrace lists it", () => {
  expect(formatProbe(checkout)).toBe("shop1234:shop.so:fire:request-start");
  expect(dtraceProbeName("a__b__c_d")).toBe("a-b-c_d");
});

test("every argument type has a value type", () => {
  expect(argumentTypes).toHaveLength(12);
  expect(argumentValueType("json")).toEqual({ kind: "string" });
  expect(argumentValueType("pointer")).toEqual({ kind: "integer", bits: 64, signed: false });
});
