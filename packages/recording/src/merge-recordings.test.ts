import {
  addValue,
  emptyState,
  int64,
  string,
  type AggregatingFunction,
  type AggregationSnapshot,
  type Int,
  type Program,
  type TraceEvent,
} from "@trace/core";
import { describe, expect, it } from "vitest";
import { LineEncoder } from "./line-encoder.ts";
import { mergeRecordings } from "./merge-recordings.ts";
import { readRecording, type Recording } from "./read-recording.ts";

const functions: readonly AggregatingFunction[] = [
  { name: "count" },
  { name: "avg" },
  { name: "stddev" },
  { name: "min" },
  { name: "llquantize", factor: 10, low: 0, high: 6, steps: 20 },
];

function programOf(fns: readonly AggregatingFunction[]): Program {
  return {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: fns.map((fn) => ({ name: fn.name, function: fn, keys: [string], value: int64 })),
    clauses: [],
  };
}

/** What an aggregation of each function has seen: values by key. */
function snapshots(values: Readonly<Record<string, readonly Int[]>>): AggregationSnapshot[] {
  return functions.map((fn) => ({
    name: fn.name,
    rows: Object.entries(values).map(([key, list]) => {
      const state = emptyState(fn);
      for (const value of list) addValue(fn, state, value);
      return { keys: [key], state };
    }),
  }));
}

function recordingOf(
  name: string,
  events: readonly TraceEvent[],
  program: Program = programOf(functions),
): Promise<Recording> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const encoder = new LineEncoder(program);
    yield Buffer.from(encoder.first());
    for (const event of events) yield Buffer.from(encoder.encode(event));
  }
  return readRecording(name, chunks());
}

function final(values: Readonly<Record<string, readonly Int[]>>): readonly TraceEvent[] {
  return [
    { type: "aggregation", aggregations: snapshots(values), final: true },
    { type: "end", reason: "stopped", status: 0 },
  ];
}

async function merged(recordings: readonly [Recording, ...Recording[]]): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  for await (const event of mergeRecordings(recordings)) events.push(event);
  return events;
}

function linesOf(events: readonly TraceEvent[]): string {
  const encoder = new LineEncoder(programOf(functions));
  return events.map((event) => (event.type === "aggregation" ? encoder.encode(event) : "")).join("");
}

describe("merging", () => {
  it("gives what one run would have aggregated, in any order", async () => {
    const parts = [
      { a: [1, -7, 2n ** 62n], b: [5] },
      { b: [2 ** 40, 6], c: [0] },
      { a: [1], d: [] },
    ];
    const whole = { a: [1, -7, 2n ** 62n, 1], b: [5, 2 ** 40, 6], c: [0], d: [] };
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      const [first, ...others] = await Promise.all(
        order.map((index) => recordingOf(`${index}`, final(parts[index] ?? {}))),
      );
      if (first === undefined) throw new Error("there are three");
      expect(linesOf(await merged([first, ...others]))).toBe(linesOf(final(whole)));
    }
  });

  it("tells what was lost, and of damage takes what was there last", async () => {
    const lost: TraceEvent = { type: "lost", what: "records", count: 5, reason: "slow" };
    const early: TraceEvent = { type: "aggregation", aggregations: snapshots({ a: [1] }), final: false };
    const events = await merged([
      await recordingOf("whole", [lost, ...final({ a: [2] })]),
      await recordingOf("cut", [early]),
    ]);
    expect(events.map(({ type }) => type)).toEqual(["ready", "lost", "diagnostic", "aggregation", "end"]);
    expect(linesOf(events)).toBe(linesOf(final({ a: [1, 2] })));
    expect(events.at(-1)).toEqual({ type: "end", reason: "failed", status: 1 });
  });

  it.each<[string, AggregatingFunction, RegExp]>([
    ["another function", { name: "sum" }, /@count is count\(\) by \[string\] in a and not there in b/],
    [
      "other parameters",
      { name: "llquantize", factor: 10, low: 0, high: 5, steps: 20 },
      /@llquantize is .*high 6.* in a and .*high 5.* in b/,
    ],
  ])("refuses %s", async (_, fn, message) => {
    const others = functions.map((one, at) =>
      one.name === fn.name || (fn.name === "sum" && at === 0) ? fn : one,
    );
    const a = await recordingOf("a", final({}));
    const b = await recordingOf("b", [{ type: "end", reason: "stopped", status: 0 }], programOf(others));
    expect(() => mergeRecordings([a, b])).toThrow(message);
  });
});
