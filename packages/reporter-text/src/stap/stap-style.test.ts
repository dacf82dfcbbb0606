import { existsSync, readFileSync } from "node:fs";
import { int64, string } from "@trace/core";
import { describe, expect, it } from "vitest";
import {
  aggregation,
  at,
  lquantize,
  printa,
  printf,
  s,
  scalar,
  stack,
  trace,
  type Filled,
} from "../dtrace/scenario.ts";
import { textOf, type Run } from "../scenario.ts";

const play = (run: Run): Promise<string> => textOf(run, { style: "stap" });

/** What `print(@hist_...)` of SystemTap shows of the values. */
const printed = (one: Filled): Promise<string> =>
  play({ aggregations: [one], records: [[printa([one], [at])]] });

function range(count: number, step: number, value: (n: number) => number): number[] {
  return Array.from({ length: count }, (_, at) => value(at * step));
}

describe("the end", () => {
  it("shows the elements that nothing read, the greatest first", async () => {
    const calls = aggregation(
      "calls",
      "count",
      [string, int64],
      [
        [["x", 1], 1],
        [["y", -2], 1, 1],
        [['quote"\n', 3], 1, 1, 1],
      ],
    );
    expect(await play({ aggregations: [calls, scalar("n", "sum", 7)] })).toBe(
      'calls["quote\\"\\n",3] @count=3\ncalls["y",-2] @count=2\ncalls["x",1] @count=1\nn @sum=7\n',
    );
  });

  it("names what each function knows", async () => {
    const aggregations = [
      scalar("a", "avg", 3, 6),
      scalar("b", "min", 3, -5),
      scalar("c", "max", 3, 5),
      scalar("d", "stddev", 2, 4, 4, 4, 5, 5, 7, 9),
    ];
    expect(await play({ aggregations })).toBe(
      "a @count=2 @sum=9 @avg=4\nb @min=-5\nc @max=5\nd @count=8 @sum=40 @avg=5 @variance=4\n",
    );
  });

  it("draws distributions below their element", async () => {
    const h = aggregation("h", "quantize", [string], [[["k"], 7]]);
    expect(await play({ aggregations: [h] })).toBe(`h["k"] @count=1
value |-------------------------------------------------- count
    1 |                                                   0
    2 |                                                   0
    4 |@                                                  1
    8 |                                                   0
   16 |                                                   0

`);
  });

  it("leaves out what a printa has read, and has nothing to add", async () => {
    const a = scalar("a", "count", 1);
    expect(
      await play({ aggregations: [a], records: [[printf(["x\n"]), printa([a])], [trace(5, int64)]] }),
    ).toBe("x\na @count=1\n5\n");
    expect(await play({ aggregations: [] })).toBe("");
  });

  it("shows stacks by address, a frame a line, and in keys in one line", async () => {
    const value = {
      frames: [{ address: 0x401136, symbol: "work", offset: 21, module: "/usr/bin/shop" }, { address: 0x10 }],
    };
    const keyed = aggregation("u", "count", [{ kind: "stack", space: "user", depth: 2 }], [[[value], 1]]);
    expect(await play({ aggregations: [keyed], records: [[stack(value)]] })).toBe(
      ' 0x401136 : work+0x15 [/usr/bin/shop]\n 0x10\nu["0x401136 0x10"] @count=1\n',
    );
  });
});

describe("distributions", () => {
  it("divide columns when there are more values than columns", async () => {
    const text = await printed(scalar("h", "quantize", ...range(51, 1, () => 4)));
    expect(text).toMatch(/^ {4}4 \|@{25} {25} 51$/m);
  });

  it("name the outliers by the bucket next to them", async () => {
    expect(await printed(scalar("h", lquantize(0, 20, 10), -1, 5, 25)))
      .toBe(`value |-------------------------------------------------- count
   <0 |@                                                  1
    0 |@                                                  1
   10 |                                                   0
  >10 |@                                                  1

`);
  });

  it("show nothing where there are no values", async () => {
    expect(await printed(scalar("h", "quantize"))).toBe("");
  });

  it("are laid out inside a row's format", async () => {
    const h = aggregation("h", "quantize", [string], [[["k"], 0]]);
    expect(await play({ aggregations: [h], records: [[printa([h], [s, "\n", at])]] })).toMatch(
      /^k\nvalue \|-{50} count\n {4}0 \|@ {49} 1\n {4}1 \|/,
    );
  });
});

/** What SystemTap 4.8 printed (../shared/reference/stap), found by its command line. */
const reference = new URL("../../../../../shared/reference/stap/", import.meta.url);
const transcripts = ["B-aggregates.txt", "C-histograms-options.txt"];

function transcript(script: string): string {
  const all = transcripts.map((name) => readFileSync(new URL(name, reference), "utf8")).join("");
  const start = all.indexOf(`### stap -e ${script}`);
  if (start === -1) throw new Error(`no transcript of ${script}`);
  return all.slice(all.indexOf("\n", start) + 1, all.indexOf("\nrc=", start) + 1);
}

/** The histograms of `text`, from their header to the empty line. */
function histograms(text: string): readonly string[] {
  return text.match(/^ *value \|-+ count\n(?:.+\n)+\n/gm) ?? [];
}

const drawn: readonly (readonly [script: string, one: Filled])[] = [
  [
    "global h; probe begin { for(i=0;i<200;i++)",
    scalar("h", lquantize(50, 160, 10), ...range(200, 1, Number)),
  ],
  ["global h; probe begin { for(i=0;i<100000;i+=13)", scalar("h", "quantize", ...range(7693, 13, Number))],
  [
    "global s; probe begin { for(i=0;i<100;i++) s <<< i*i; s <<< -5; s <<< -1;",
    scalar("s", "quantize", ...range(100, 1, (i) => i * i), -5, -1, 0),
  ],
  [
    "global s; probe begin { s <<< 1; s <<< 1; s <<< 1000000; s<<< 3; exit() } probe end { print(@hist_log(s)) }",
    scalar("s", "quantize", 1, 1, 1000000, 3),
  ],
  ["global s; probe begin { s <<< 7;", scalar("s", "quantize", 7)],
  [
    "global s; probe begin { s <<< -9223372036854775807;",
    scalar("s", "quantize", -9223372036854775807n, 9223372036854775807n),
  ],
  [
    "global s; probe begin { s <<< 1; s <<< 1; s <<< 100; s<<< 3; exit() } probe end { print(@hist_linear(s, 0, 100, 5))",
    scalar("s", lquantize(0, 105, 5), 1, 1, 100, 3),
  ],
  ["global s; probe begin { s <<< 50; s<<<55;", scalar("s", lquantize(0, 1010, 10), 50, 55)],
  ["global s; probe begin { s <<< -20; s <<< -300;", scalar("s", lquantize(-50, 75, 25), -20, -300, 55)],
];

describe.skipIf(!existsSync(reference))("SystemTap's transcripts (../shared/reference/stap)", () => {
  it.each(drawn)("%s", async (script, one) => {
    const wanted = histograms(transcript(script));
    expect(wanted).toHaveLength(1);
    expect([await printed(one)]).toEqual(wanted);
  });
});
