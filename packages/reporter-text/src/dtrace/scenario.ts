/** For tests: what a run hands to a reporter, written down shortly, and the text that comes of it. */
import {
  addValue,
  emptyState,
  int32,
  int64,
  type AggregatingFunction,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type Conversion,
  type EndEvent,
  type Int,
  type PrintfFormat,
  type ProbeDescription,
  type Program,
  type ProgramOptions,
  type RecordItem,
  type Stack,
  type TraceEvent,
  type Type,
  type Value,
} from "@trace/core";
import { textReporter } from "../text-reporter.ts";

export const begin: ProbeDescription = {
  family: "begin",
  provider: "dtrace",
  module: "",
  function: "",
  name: "BEGIN",
  arguments: [],
};

/** An aggregation with what was aggregated, by key. */
export interface Filled {
  readonly declaration: AggregationDeclaration;
  readonly snapshot: AggregationSnapshot;
}

export type Element = readonly [
  keys: readonly Value[],
  ...values: (Int | readonly [value: Int, weight: Int])[],
];

export function aggregation(
  name: string,
  fn: AggregatingFunction["name"] | AggregatingFunction,
  keys: readonly Type[],
  elements: readonly Element[],
  normalization?: Int,
): Filled {
  const description = typeof fn === "string" ? ({ name: fn } as AggregatingFunction) : fn;
  const rows = elements.map(([rowKeys, ...values]): AggregationRow => {
    const state = emptyState(description);
    for (const one of values) {
      const [value, weight] = typeof one === "object" ? one : [one, 1];
      addValue(description, state, value, weight);
    }
    return { keys: rowKeys, state };
  });
  return {
    declaration: { name, function: description, keys, value: int64 },
    snapshot: { name, rows, ...(normalization === undefined ? {} : { normalization }) },
  };
}

/** An item, with the aggregations that its printa shows. */
export interface Item extends RecordItem {
  readonly shown?: readonly Filled[];
}

export const printf = (format: PrintfFormat, ...values: Value[]): Item => ({
  statement: { kind: "printf", format, arguments: [] },
  values,
});

export const printa = (aggregations: readonly Filled[], format?: PrintfFormat): Item => ({
  shown: aggregations,
  statement: {
    kind: "printa",
    aggregations: aggregations.map(({ declaration }) => declaration.name),
    ...(format === undefined ? {} : { format }),
  },
  values: [],
  aggregations: aggregations.map(({ snapshot }) => snapshot),
});

export const trace = (value: Value, type: Type): Item => ({
  statement: { kind: "trace", value: { kind: "builtin", name: "pid", type } },
  values: [value],
});

export const stack = (value: Stack): Item => ({
  statement: { kind: "stack", space: "user", depth: 5 },
  values: [value],
});

export const nothing: Item = { statement: { kind: "default" }, values: [] };

export const exit: Item = {
  statement: { kind: "exit", status: { kind: "integer", value: 0, type: int32 } },
  values: [0],
};

/** A run. */
export interface Scenario {
  readonly options?: ProgramOptions;
  /** As they are at the end. Default: as the last printa of each shows them. */
  readonly aggregations?: readonly Filled[];
  /** The items of each firing. */
  readonly records?: readonly (readonly Item[])[];
  readonly cpu?: number;
  readonly reason?: EndEvent["reason"];
}

/** The text of a run that does what `scenario` says. */
export async function play(scenario: Scenario, quiet?: boolean): Promise<string> {
  const records: readonly (readonly Item[])[] = scenario.records ?? [[exit]];
  const printed = records.flat().flatMap(({ shown = [] }) => shown);
  const aggregations = scenario.aggregations ?? [
    ...new Map(printed.map((one) => [one.declaration.name, one])).values(),
  ];
  const program: Program = {
    version: 1,
    style: "dtrace",
    options: { quiet: true, ...scenario.options },
    variables: [],
    aggregations: aggregations.map(({ declaration }) => declaration),
    clauses: [],
  };
  async function* events(): AsyncGenerator<TraceEvent> {
    yield { type: "ready", backend: "test", attached: [begin], unmatched: [] };
    for (const items of records)
      yield { type: "record", clause: 0, probe: begin, probeId: 1, cpu: scenario.cpu ?? 0, items };
    yield { type: "lost", what: "records", count: 3, reason: "buffer full" };
    if (scenario.reason !== "failed") {
      const snapshots = aggregations.map(({ snapshot }) => snapshot);
      yield { type: "aggregation", aggregations: snapshots, final: true };
    }
    yield { type: "end", reason: scenario.reason ?? "exit", status: 0 };
  }
  let text = "";
  await textReporter(quiet === undefined ? {} : { quiet }).write(events(), {
    program,
    out: {
      write: (piece) => {
        text += piece;
        return Promise.resolve();
      },
    },
  });
  return text;
}

/** The conversions `%d`, `%s` and `%@d`. */
export const d: Conversion = { kind: "d" };
export const s: Conversion = { kind: "s" };
export const at: Conversion = { kind: "d", aggregate: true };
export const lquantize = (low: number, high: number, step = 1): AggregatingFunction => ({
  name: "lquantize",
  low,
  high,
  step,
});
export const llquantize = (
  factor: number,
  low: number,
  high: number,
  steps: number,
): AggregatingFunction => ({
  name: "llquantize",
  factor,
  low,
  high,
  steps,
});

export const beginFrame: Stack = {
  frames: [{ address: 1, module: "libdtrace.so.2.0.0", symbol: "BEGIN_probe", offset: 0 }],
};
export const scalar = (
  name: string,
  fn: AggregatingFunction["name"] | AggregatingFunction,
  ...values: (Int | readonly [Int, Int])[]
): Filled => aggregation(name, fn, [], [[[], ...values]]);
