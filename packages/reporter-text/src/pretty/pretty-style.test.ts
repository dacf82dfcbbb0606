import {
  int32,
  int64,
  string,
  uint64,
  type Clause,
  type Expression,
  type Program,
  type VariableExpression,
} from "@trace/core";
import { describe, expect, it } from "vitest";
import {
  aggregation,
  at,
  lquantize,
  nothing,
  printa,
  printf,
  s,
  scalar,
  stack,
  trace,
} from "../dtrace/scenario.ts";
import { textOf, type Run } from "../scenario.ts";
import type { StyleOptions } from "../text-style.ts";
import { displayWidth } from "./display-width.ts";
import { aggregationUnits } from "./unit.ts";

const play = (run: Run, options: StyleOptions = {}): Promise<string> =>
  textOf(run, { style: "pretty", ...options });

const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

describe("tables", () => {
  const calls = aggregation(
    "calls",
    "count",
    [string, int32],
    [
      [["GET /a", 200], ...times(3, 1)],
      [["GET /\u65e5\u672c", 404], 1],
    ],
  );

  it("have the greatest first, shares of the whole, and bars in the room that is left", async () => {
    expect(await play({ aggregations: [calls] }, { width: 44 })).toBe(
      "@calls count\n" +
        "key             count  share\n" +
        "GET /a     200      3  75.0%  \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\n" +
        "GET /\u65e5\u672c  404      1  25.0%  \u2588\u2588\u2588\u2588\u258b\n",
    );
  });

  it("are plain ASCII where the terminal can no more", async () => {
    const text = await play({ aggregations: [calls, scalar("q_us", "quantize", 5, 7)] }, { unicode: false });
    // oxlint-disable-next-line no-control-regex -- the ASCII range is what is asked for
    expect(text.replaceAll("\u65e5\u672c", "")).toMatch(/^[\x00-\x7f]+$/);
    expect(text).toContain("p50 <= 7 us");
  });

  it("cut keys, not numbers, by the columns they take, and never pass the width", async () => {
    const long = aggregation(
      "long",
      "sum",
      [string, string],
      [
        [["\u65e5".repeat(60), "b".repeat(60)], 123456],
        [["x", "y"], 1],
      ],
    );
    for (const width of [40, 60, 100]) {
      const lines = (await play({ aggregations: [long] }, { width })).split("\n");
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(lines[2]).toMatch(/^\u65e5+\u2026 +b+\u2026 +123,456 +100\.0%/);
    }
  });

  it("do what the program says of order", async () => {
    const text = await play({ options: { sort: { by: "key" } }, aggregations: [calls] });
    expect(text.indexOf("\u65e5")).toBeGreaterThan(text.indexOf("GET /a"));
    const reverse = await play({ options: { sort: { by: "key", reverse: true } }, aggregations: [calls] });
    expect(reverse.indexOf("\u65e5")).toBeLessThan(reverse.indexOf("GET /a"));
  });

  it("have no shares of what does not add up", async () => {
    const negative = aggregation(
      "n",
      "sum",
      [string],
      [
        [["a"], -5],
        [["b"], 7],
      ],
    );
    const average = aggregation("a", "avg", [string], [[["a"], 5, 10]]);
    expect(await play({ aggregations: [negative, average] })).toBe(
      "@n sum\nkey  sum\nb      7\na     -5\n\n@a avg\nkey  avg  count\na      7      2\n",
    );
  });

  it("show stacks a frame a line", async () => {
    const frames = [{ address: 1, module: "libc.so.6", symbol: "malloc", offset: 5 }, { address: 0x20 }];
    const keyed = aggregation("s", "min", [{ kind: "stack", space: "user", depth: 2 }], [[[{ frames }], 9]]);
    expect(await play({ aggregations: [keyed], records: [[stack({ frames })]] })).toBe(
      "    libc.so.6`malloc+0x5\n    0x20\n\n@s min\nkey                   min\nlibc.so.6`malloc+0x5    9\n0x20\n",
    );
  });

  it("do not let a traced string command the terminal", async () => {
    const keyed = aggregation("k", "count", [string], [[["a\u001b[2J\n\u202eb"], 1]]);
    expect(
      await play({ aggregations: [keyed], records: [[trace("\u0007", string)]], options: { quiet: true } }),
    ).toMatch(/^\\x07\n\n@k count\n.*\na\\x1b\[2J\\n\\u202eb {2}/);
  });

  it("are coloured only when asked", async () => {
    const escape = "\u001b[";
    expect(await play({ aggregations: [calls] })).not.toContain(escape);
    const coloured = await play({ aggregations: [calls] }, { color: true });
    expect(coloured).toContain(`${escape}1m@calls`);
    // oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(await play({ aggregations: [calls] }));
  });
});

describe("distributions", () => {
  it("are drawn with shares and bounds of percentiles", async () => {
    const run = {
      aggregations: [scalar("ns", "quantize", ...times(90, 1500), ...times(9, 3000), 3_000_000)],
    };
    const text = await play(run, { width: 60 });
    expect(text).toMatch(/^1\.02 \u00b5s \.\. 2\.05 \u00b5s +90 +90\.0% +\u2588+$/m);
    expect(text).toContain("p50 \u2264 2.05 \u00b5s   p90 \u2264 2.05 \u00b5s   p99 \u2264 4.09 \u00b5s\n");
  });

  it("say of an open bucket what is known: that it is not less", async () => {
    expect(await play({ aggregations: [scalar("l", lquantize(0, 20, 10), 5, 99)] })).toContain(
      "p50 \u2264 9   p90 \u2265 20   p99 \u2265 20\n",
    );
  });

  it("by key are rows with percentiles, drawn over the same buckets", async () => {
    const keyed = aggregation(
      "d",
      "quantize",
      [string],
      [
        [["fast"], ...times(3, 1)],
        [["slow"], 1, 8, 8, 8],
      ],
    );
    expect(await play({ aggregations: [keyed] })).toBe(
      "@d quantize\n" +
        "key   count  p50 \u2264  p90 \u2264  p99 \u2264  share\n" +
        "slow      4     15     15     15  57.1%  \u2583  \u2588\n" +
        "fast      3      1      1      1  42.9%  \u2588\n",
    );
  });

  it("without values show nothing but their name", async () => {
    expect(await play({ aggregations: [scalar("q", "quantize")] })).toBe("@q quantize\n");
  });
});

describe("records", () => {
  it("print what the program formats as it is", async () => {
    expect(await play({ records: [[printf([s], "a\u001b[1mb")], [printf(["\tc\n"])]] })).toBe(
      "a\u001b[1mb\tc\n",
    );
  });

  it("name the probe in a line of what is traced, unless quiet", async () => {
    const records = [[nothing], [trace(5, int64), trace("x", string)]];
    expect(await play({ records })).toBe("dtrace:::BEGIN\ndtrace:::BEGIN  5  x\n");
    expect(await play({ records }, { quiet: true })).toBe("5  x\n");
  });

  it("show tables and rows of printa, which the end does not repeat", async () => {
    const a = aggregation("a", "count", [string], [[["k"], 1]]);
    const b = scalar("b", "max", 3);
    const run = { aggregations: [a, b], records: [[printa([a], ["<", s, " ", at, ">\n"])]] };
    expect(await play(run)).toBe("<k 1>\n\n@b max\nmax\n  3\n");
    expect(await play({ ...run, records: [[printa([b])]] })).toMatch(/^@b max\nmax\n {2}3\n\n@a count\n/);
  });
});

describe("units", () => {
  const shown = async (name: string, value: number | bigint, options: StyleOptions = {}): Promise<string> =>
    (await play({ aggregations: [scalar(name, "max", value)] }, options)).split("\n")[2]?.trim() ?? "";

  it.each([
    ["lat_ns", 999, "999 ns"],
    ["lat_ns", 999_999, "1.00 ms"],
    ["latencyUs", 1234, "1.23 ms"],
    ["ms", 61_000, "1m 01s"],
    ["ms", 7_260_000, "2h 01m"],
    ["ns", -1500, "-1.50 \u00b5s"],
    ["wait_us", 0, "0 \u00b5s"],
    ["bytes", 0, "0 B"],
    ["bytes", 512, "512 B"],
    ["read_bytes", 123_456_789, "118 MiB"],
    ["lat", 1_234_567, "1,234,567"],
    ["lat", 9007199254740993n, "9,007,199,254,740,993"],
  ])("%s of %s", async (name, value, text) => {
    expect(await shown(name, value)).toBe(text);
  });

  it("can be told, and told not to be", async () => {
    expect(await shown("lat", 1500, { units: { lat: "us" } })).toBe("1.50 ms");
    expect(await shown("lat_ns", 1500, { units: { lat_ns: "none" } })).toBe("1,500");
  });

  it("come of what the program computes", () => {
    const timestamp: Expression = { kind: "builtin", name: "timestamp", type: uint64 };
    const start: VariableExpression = {
      kind: "variable",
      scope: "thread",
      name: "ts",
      keys: [],
      type: uint64,
    };
    const elapsed: Expression = {
      kind: "binary",
      operator: "-",
      left: timestamp,
      right: start,
      type: uint64,
    };
    const over = (value: Expression, divisor: number): Expression => ({
      kind: "binary",
      operator: "/",
      left: value,
      right: { kind: "integer", value: divisor, type: uint64 },
      type: uint64,
    });
    const argument: Expression = { kind: "argument", index: 0, type: int64 };
    const aggregated: Readonly<Record<string, Expression>> = {
      direct: elapsed,
      micro: over(elapsed, 1000),
      milli: over(over(elapsed, 1000), 1000),
      second: over(elapsed, 1_000_000_000),
      half: over(elapsed, 2),
      variable: start,
      argument,
    };
    const clause: Clause = {
      points: [],
      body: [
        { kind: "expression", expression: { kind: "assign", target: start, value: timestamp, type: uint64 } },
        ...Object.entries(aggregated).map(([name, value]) => ({
          kind: "aggregate" as const,
          aggregation: name,
          keys: [],
          value,
        })),
      ],
    };
    const program: Program = {
      version: 1,
      style: "dtrace",
      options: {},
      variables: [],
      aggregations: Object.keys(aggregated).map((name) => scalar(name, "max").declaration),
      clauses: [clause],
    };
    expect(Object.fromEntries(aggregationUnits(program))).toEqual({
      direct: "ns",
      micro: "us",
      milli: "ms",
      second: "s",
      variable: "ns",
    });
  });
});
