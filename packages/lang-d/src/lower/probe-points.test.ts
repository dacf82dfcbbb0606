import { describe, expect, test } from "vitest";
import { clauseOf, codesOf, errorsOf } from "../test-kit.ts";

const pointsOf = (descriptions: string, target = 77): unknown =>
  clauseOf(`${descriptions} { x = 1; }`, { target, arguments: ["read", "12"] }).points;

describe("probe descriptions", () => {
  const usdt = (provider: string, module: string, fn: string, name: string): unknown => ({
    kind: "usdt",
    provider,
    module,
    function: fn,
    name,
  });

  test.each([
    ["BEGIN", { kind: "begin" }],
    ["END", { kind: "end" }],
    ["ERROR", { kind: "error" }],
    ["dtrace:::BEGIN", { kind: "begin" }],
    ["shop$target:::request-start", usdt("shop77", "", "", "request__start")],
    ["shop*:::checkout", usdt("shop*", "", "", "checkout")],
    ["shop:lib.so:f:n?me", usdt("shop", "lib.so", "f", "n?me")],
    ["shop:::request-[a-z]*", usdt("shop", "", "", "request__[a-z]*")],
    ["checkout", usdt("", "", "", "checkout")],
    ["f:checkout", usdt("", "", "f", "checkout")],
    ["m:f:checkout", usdt("", "m", "f", "checkout")],
    ["shop:::", usdt("shop", "", "", "")],
    ["$1:::x", usdt("read", "", "", "x")],
    ["syscall::open*:entry", { kind: "syscall", at: "entry", name: "open*" }],
    ["syscall::$1:return", { kind: "syscall", at: "return", name: "read" }],
    ["sdt:sched::wakeup", { kind: "tracepoint", category: "sched", name: "wakeup" }],
    ["rawtp:::sched_switch", { kind: "tracepoint", category: "", name: "sched_switch" }],
    [
      "fbt::do_fork:return",
      { kind: "function", at: "return", space: "kernel", module: "", function: "do_fork" },
    ],
    [
      "pid$target:libc.so.6:malloc:entry",
      { kind: "function", at: "entry", space: "user", pid: 77, module: "libc.so.6", function: "malloc" },
    ],
    [
      "pid$2::main:1f",
      { kind: "function", at: "entry", offset: 31, space: "user", pid: 12, module: "", function: "main" },
    ],
  ])("%s", (text, expected) => {
    expect(pointsOf(text)).toEqual([expected]);
  });

  test("several in one clause", () => {
    expect(pointsOf("BEGIN, tick-1s,\n a:::b")).toMatchObject([
      { kind: "begin" },
      { kind: "timer" },
      { kind: "usdt" },
    ]);
  });
});

describe("timers", () => {
  test.each([
    ["tick-1sec", "interval", 1e9],
    ["tick-5s", "interval", 5e9],
    ["tick-100", "interval", 1e7],
    ["tick-3hz", "interval", 333_333_333],
    ["tick-10ms", "interval", 1e7],
    ["tick-10msec", "interval", 1e7],
    ["tick-250us", "interval", 250_000],
    ["tick-5000ns", "interval", 5000],
    ["tick-2m", "interval", 120e9],
    ["tick-1min", "interval", 60e9],
    ["tick-1h", "interval", 3600e9],
    ["tick-1hour", "interval", 3600e9],
    ["tick-1d", "interval", 86_400e9],
    ["tick-1DAY", "interval", 86_400e9],
    ["profile-97", "profile", 10_309_278],
    ["profile:::profile-99hz", "profile", 10_101_010],
  ])("%s", (text, mode, period) => {
    const name = text.replace("profile:::", "");
    expect(pointsOf(text)).toEqual([{ kind: "timer", mode, period, name }]);
  });

  test.each(["tick-", "tick-0", "tick-5lightyears", "profile-x"])("%s is none", (text) => {
    expect(codesOf(`${text} { }`)).toEqual(["D_PDESC_ZERO"]);
  });
});

describe("errors", () => {
  test.each([
    ["a:b:c:d:e { }", "D_PDESC_INVAL"],
    ["syscall::read:entyr { }", "D_PDESC_ZERO"],
    ["dtrace:::FOO { }", "D_PDESC_ZERO"],
    ["pid12::main:middle { }", "D_PROC_NAME"],
    ["42 { }", "D_NOT_SUPPORTED"],
    ["a$nothing:::b { }", "D_MACRO_UNDEF"],
  ])("%s: %s", (text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  test("a misspelt place of a system call", () => {
    expect(errorsOf("syscall::read:entyr { }")).toBe(
      "x.d:1:1: error: system calls have no probe 'entyr' [D_PDESC_ZERO]\n" +
        "    1 | syscall::read:entyr { }\n      | ^~~~~~~~~~~~~~~~~~~\n" +
        "      = hint: did you mean 'entry'?\n",
    );
  });

  test("$target without a target", () => {
    expect(errorsOf("shop$target:::checkout { }")).toBe(
      "x.d:1:1: error: macro variable $target is not defined: there is no target process [D_MACRO_UNDEF]\n" +
        "    1 | shop$target:::checkout { }\n      | ^~~~~~~~~~~~~~~~~~~~~~\n" +
        "      = hint: name a process with -p PID, or start one with -c COMMAND\n",
    );
  });
});
