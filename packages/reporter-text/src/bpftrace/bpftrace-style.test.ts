import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { int64, string, uint64, type Stack } from "@trace/core";
import { describeWith } from "@trace/test-requirements";
import { describe, expect, it } from "vitest";
import {
  aggregation,
  at,
  llquantize,
  lquantize,
  nothing,
  printa,
  printf,
  s,
  scalar,
  stack,
  trace,
  type Filled,
} from "../dtrace/scenario.ts";
import { textOf, type Run } from "../scenario.ts";

const golden = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url));
const play = (run: Run): Promise<string> => textOf(run, { style: "bpftrace" });

const total = aggregation(
  "total",
  "sum",
  [string],
  [
    [["a"], 40],
    [["b"], -5],
    [["c"], 3],
  ],
);
const powersBy = aggregation(
  "powers_by",
  "quantize",
  [string],
  [
    [["many"], 100, 101, 1000],
    [["few"], 5],
  ],
);
const wide: Filled = {
  declaration: { name: "wide", function: { name: "sum" }, keys: [], value: uint64 },
  snapshot: { name: "wide", rows: [{ keys: [], state: { kind: "sum", sum: -1 } }] },
};

/** The run of golden/maps.bt. */
const maps: Run = {
  aggregations: [
    wide,
    scalar("widest", "quantize", 9223372036854775807n),
    scalar("single", lquantize(0, 10), 3),
    total,
    powersBy,
    scalar("powers", "quantize", -9, -5, 0, 1, 3, 600, 1025, 1500000),
    scalar("pages", lquantize(0, 65536, 4096), 9000, 17000),
    scalar("linear", lquantize(0, 40, 10), -5, 15, 16, 17, 45),
    scalar("greatest", "max", -7),
    aggregation(
      "extreme",
      "min",
      [string],
      [
        [["a"], 7],
        [["b"], -2],
        [["c"], 900],
      ],
    ),
    aggregation(
      "calls",
      "count",
      [string, int64],
      [
        [["b", 2], 1, 1],
        [["a", -3], 1],
        [["ab", 10], 1, 1, 1],
      ],
    ),
    aggregation(
      "avg",
      "avg",
      [string],
      [
        [["up"], 7, 8],
        [["down"], -7, -8],
      ],
    ),
    scalar("_", "count", 1),
  ],
  records: [
    [
      printf(
        [{ kind: "s", width: 6, flags: "-" }, "|", { kind: "d", width: 4 }, "|", { kind: "x" }, "|", s, "\n"],
        "left",
        -3,
        255,
        "text",
      ),
      printa([total]),
      printa([powersBy]),
    ],
    [printf(["bye\n"])],
  ],
};

describe("the style of bpftrace", () => {
  it("prints what bpftrace 0.27 printed for the same", async () => {
    expect(await play(maps)).toBe(readFileSync(golden("maps.out"), "utf8"));
  });

  it("ends with two line breaks, whatever there is", async () => {
    expect(await play({})).toBe("\n\n");
    expect(await play({ aggregations: [aggregation("a", "count", [string], [])] })).toBe("\n\n");
    expect(await play({ reason: "failed" })).toBe("");
  });

  it("shows a cleared element as zero and a cleared distribution as empty", async () => {
    expect(
      await play({ aggregations: [scalar("m", "min"), scalar("h", "quantize"), scalar("a", "avg")] }),
    ).toBe("\n\n@a: 0\n@h:\n\n@m: 0\n");
  });

  it("shows stacks between the brackets, frames with decimal offsets", async () => {
    const value: Stack = {
      frames: [
        { address: 0x1000, module: "libc.so.6", symbol: "syscall", offset: 25 },
        { address: 0x7f7a640dd0c8n },
      ],
    };
    const keyed = aggregation(
      "u",
      "count",
      [{ kind: "stack", space: "user", depth: 5 }, string],
      [[[value, "x"], 1]],
    );
    expect(await play({ aggregations: [keyed], records: [[stack(value)]] })).toBe(
      "\n        syscall+25\n        0x7f7a640dd0c8\n\n" +
        "\n\n@u[\n        syscall+25\n        0x7f7a640dd0c8\n, x]: 1\n",
    );
  });

  it("prints what bpftrace has no word for in its manner", async () => {
    const steps = scalar("l", llquantize(10, 0, 1, 2), 7, 15, 1000);
    expect(await play({ aggregations: [steps], records: [[nothing], [trace(7, int64)]] })).toBe(`7


@l:
[6, 10)                1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
[10, 60)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
[60, 100)              0 |                                                    |
[100, ...)             1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

`);
  });

  it("lays out rows by a format, with bars where a distribution is asked for", async () => {
    const h = aggregation("h", "quantize", [string], [[["k"], 3, 3, 5]]);
    expect(await play({ aggregations: [], records: [[printa([h], [s, ":\n", at])]] })).toBe("\n\n");
    expect(await play({ aggregations: [h], records: [[printa([h], [s, ":\n", at])]] })).toMatch(
      /^k:\n\[2, 4\) {17}2 \|@{52}\|\n\[4, 8\) {17}1 \|@{26} {26}\|\n\n\n@h\[k\]:\n/,
    );
  });

  it("divides by what normalize said, values and counts", async () => {
    const sum = aggregation("a", "sum", [], [[[], -15]], 2);
    const hist = aggregation("b", "quantize", [], [[[], [3, 100], [5, 50]]], 10);
    expect(await play({ aggregations: [sum, hist] })).toBe(
      `\n\n@a: -7\n@b:\n[2, 4)                10 |${"@".repeat(52)}|\n` +
        `[4, 8)                 5 |${"@".repeat(26)}${" ".repeat(26)}|\n\n`,
    );
  });
});

describeWith(["bpftrace 0.27"], "bpftrace itself", () => {
  it("prints for golden/maps.bt what the style prints for the same aggregations", async () => {
    const printed = execFileSync(process.env["TRACE_BPFTRACE_0_27"] ?? "", [golden("maps.bt")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(await play(maps)).toBe(printed);
  }, 30_000);
});
