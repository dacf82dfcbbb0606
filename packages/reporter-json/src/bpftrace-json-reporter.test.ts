import {
  addValue,
  emptyState,
  int64,
  string,
  type AggregatingFunction,
  type AggregationSnapshot,
  type Int,
  type Program,
  type RecordItem,
  type TraceEvent,
  type Type,
  type Value,
} from "@trace/core";
import { describe, expect, it } from "vitest";
import { bpftraceJsonReporter } from "./bpftrace-json-reporter.ts";

interface Filled {
  readonly name: string;
  readonly fn: AggregatingFunction;
  readonly keys?: readonly Type[];
  readonly rows: readonly (readonly [keys: readonly Value[], ...values: Int[]])[];
}

function snapshotOf({ name, fn, rows }: Filled): AggregationSnapshot {
  return {
    name,
    rows: rows.map(([keys, ...values]) => {
      const state = emptyState(fn);
      for (const value of values) addValue(fn, state, value);
      return { keys, state };
    }),
  };
}

async function linesOf(events: readonly TraceEvent[], filled: readonly Filled[] = []): Promise<string[]> {
  const program: Program = {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: filled.map(({ name, fn, keys = [] }) => ({ name, function: fn, keys, value: int64 })),
    clauses: [{ points: [{ kind: "begin" }, { kind: "end" }], body: [] }],
  };
  let text = "";
  const out = {
    write: (piece: string) => {
      text += piece;
      return Promise.resolve();
    },
  };
  async function* stream(): AsyncGenerator<TraceEvent> {
    yield* events;
  }
  await bpftraceJsonReporter().write(stream(), { program, out });
  return text.split("\n").slice(0, -1);
}

const probe = {
  family: "begin",
  provider: "",
  module: "",
  function: "",
  name: "BEGIN",
  arguments: [],
} as const;

function record(...items: RecordItem[]): TraceEvent {
  return { type: "record", clause: 0, probe, probeId: 1, items };
}

/** The lines are what bpftrace 0.17, 0.23 and 0.27 print with -f json for a program that does the same. */
describe("lines", () => {
  it("of what a firing prints", async () => {
    const value = { kind: "integer", value: 0, type: int64 } as const;
    const lines = await linesOf([
      { type: "ready", backend: "embedded", attached: [], unmatched: [] },
      record(
        {
          statement: { kind: "printf", format: ["hi ", { kind: "d" }, ' "q" \n'], arguments: [] },
          values: [3],
        },
        { statement: { kind: "trace", value }, values: [7] },
        { statement: { kind: "trace", value }, values: ["s"] },
        { statement: { kind: "trace", value }, values: [18446744073709551615n] },
        {
          statement: { kind: "stack", space: "kernel", depth: 2 },
          values: [
            {
              frames: [
                { address: 1, symbol: "bpf_prog_F", offset: 1607 },
                { address: 2, symbol: "run", offset: 106 },
              ],
            },
          ],
        },
        { statement: { kind: "default" }, values: [] },
        { statement: { kind: "exit", status: value }, values: [0] },
      ),
    ]);
    expect(lines).toEqual([
      '{"type": "attached_probes", "data": {"probes": 2}}',
      '{"type": "printf", "data": "hi 3 \\"q\\" \\n"}',
      '{"type": "value", "data": 7}',
      '{"type": "value", "data": "s"}',
      '{"type": "value", "data": 18446744073709551615}',
      '{"type": "value", "data": "\\n        bpf_prog_F+1607\\n        run+106\\n"}',
    ]);
  });

  it("of what is lost, and of words without structure", async () => {
    expect(
      await linesOf([
        { type: "lost", what: "records", count: 132, reason: "full" },
        { type: "lost", what: "variables", count: 1, reason: "full" },
        { type: "text", text: "12:00:00\n" },
        { type: "end", reason: "stopped", status: 0 },
      ]),
    ).toEqual([
      '{"type": "lost_events", "data": {"events": 132}}',
      '{"type": "printf", "data": "12:00:00\\n"}',
    ]);
  });

  it("of maps, by name, rows by value", async () => {
    const filled: Filled[] = [
      { name: "mn", fn: { name: "min" }, rows: [[[], -3, 5]] },
      { name: "c", fn: { name: "count" }, rows: [[[], 1]] },
      { name: "_", fn: { name: "sum" }, rows: [[[], 5]] },
      { name: "a", fn: { name: "avg" }, rows: [[[], 4, 5]] },
      { name: "ak", fn: { name: "avg" }, keys: [string], rows: [[["q"], 3]] },
      {
        name: "k",
        fn: { name: "count" },
        keys: [string, int64],
        rows: [
          [["a", 1], 0, 0],
          [["b", 2], 0],
        ],
      },
      {
        name: "n",
        fn: { name: "max" },
        keys: [int64],
        rows: [
          [[1], 9],
          [[2], 8],
        ],
      },
      { name: "none", fn: { name: "count" }, keys: [int64], rows: [] },
    ];
    const final: TraceEvent = { type: "aggregation", aggregations: filled.map(snapshotOf), final: true };
    expect(await linesOf([{ ...final, final: false }, final], filled)).toEqual([
      '{"type": "map", "data": {"@": 5}}',
      '{"type": "stats", "data": {"@a": 4}}',
      '{"type": "stats", "data": {"@ak": {"q": 3}}}',
      '{"type": "map", "data": {"@c": 1}}',
      '{"type": "map", "data": {"@k": {"b,2": 1, "a,1": 2}}}',
      '{"type": "map", "data": {"@mn": -3}}',
      '{"type": "map", "data": {"@n": {"2": 8, "1": 9}}}',
    ]);
  });

  it("of distributions", async () => {
    const filled: Filled[] = [
      { name: "h", fn: { name: "quantize" }, rows: [[[], 5, 0, 1]] },
      { name: "l", fn: { name: "lquantize", low: 0, high: 10, step: 2 }, rows: [[[], 5, 50, -50]] },
      {
        name: "lk",
        fn: { name: "lquantize", low: 0, high: 10, step: 5 },
        keys: [string, int64],
        rows: [[["z", 3], 3]],
      },
      { name: "z", fn: { name: "quantize" }, rows: [[[]]] },
    ];
    const lines = await linesOf(
      [{ type: "aggregation", aggregations: filled.map(snapshotOf), final: true }],
      filled,
    );
    expect(lines).toEqual([
      '{"type": "hist", "data": {"@h": [{"min": 0, "max": 0, "count": 1}, {"min": 1, "max": 1, "count": 1}, ' +
        '{"min": 2, "max": 3, "count": 0}, {"min": 4, "max": 7, "count": 1}]}}',
      '{"type": "hist", "data": {"@l": [{"max": -1, "count": 1}, {"min": 0, "max": 1, "count": 0}, ' +
        '{"min": 2, "max": 3, "count": 0}, {"min": 4, "max": 5, "count": 1}, {"min": 6, "max": 7, "count": 0}, ' +
        '{"min": 8, "max": 9, "count": 0}, {"min": 10, "count": 1}]}}',
      '{"type": "hist", "data": {"@lk": {"z,3": [{"min": 0, "max": 4, "count": 1}]}}}',
      '{"type": "hist", "data": {"@z": []}}',
    ]);
  });
});
