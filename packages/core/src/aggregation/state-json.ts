/** Aggregation states and snapshots as JSON, exact at any size. */
import { intFromJson, intToJson, type Int, type IntJson } from "../value/integer.ts";
import { valueFromJson, valueToJson, type ValueJson } from "../value/value.ts";
import type { AggregationState } from "./aggregating-function.ts";
import type { AggregationSnapshot } from "./snapshot.ts";

/** An {@link AggregationState} as JSON. */
export type AggregationStateJson =
  | { kind: "count"; n: IntJson }
  | { kind: "sum"; sum: IntJson }
  | { kind: "avg"; n: IntJson; sum: IntJson }
  | { kind: "min" | "max"; value: IntJson | null }
  | { kind: "stddev"; n: IntJson; sum: IntJson; squares: IntJson }
  | { kind: "buckets"; counts: [number, IntJson][] };

/** An {@link AggregationSnapshot} as JSON. */
export interface AggregationSnapshotJson {
  name: string;
  rows: { keys: ValueJson[]; state: AggregationStateJson }[];
  normalization?: IntJson;
}

export function stateToJson(state: AggregationState): AggregationStateJson {
  switch (state.kind) {
    case "count":
      return { kind: "count", n: intToJson(state.n) };
    case "sum":
      return { kind: "sum", sum: intToJson(state.sum) };
    case "avg":
      return { kind: "avg", n: intToJson(state.n), sum: intToJson(state.sum) };
    case "min":
    case "max":
      return { kind: state.kind, value: state.value === undefined ? null : intToJson(state.value) };
    case "stddev":
      return {
        kind: "stddev",
        n: intToJson(state.n),
        sum: intToJson(state.sum),
        squares: intToJson(state.squares),
      };
    case "buckets":
      return {
        kind: "buckets",
        counts: [...state.counts].map(([index, count]) => [index, intToJson(count)]),
      };
  }
}

export function stateFromJson(json: AggregationStateJson): AggregationState {
  switch (json.kind) {
    case "count":
      return { kind: "count", n: intFromJson(json.n) };
    case "sum":
      return { kind: "sum", sum: intFromJson(json.sum) };
    case "avg":
      return { kind: "avg", n: intFromJson(json.n), sum: intFromJson(json.sum) };
    case "min":
    case "max":
      return { kind: json.kind, value: json.value === null ? undefined : intFromJson(json.value) };
    case "stddev":
      return {
        kind: "stddev",
        n: intFromJson(json.n),
        sum: intFromJson(json.sum),
        squares: intFromJson(json.squares),
      };
    case "buckets":
      return {
        kind: "buckets",
        counts: new Map<number, Int>(json.counts.map(([index, count]) => [index, intFromJson(count)])),
      };
  }
}

export function snapshotToJson(snapshot: AggregationSnapshot): AggregationSnapshotJson {
  return {
    name: snapshot.name,
    rows: snapshot.rows.map((row) => ({ keys: row.keys.map(valueToJson), state: stateToJson(row.state) })),
    ...(snapshot.normalization === undefined ? {} : { normalization: intToJson(snapshot.normalization) }),
  };
}

export function snapshotFromJson(json: AggregationSnapshotJson): AggregationSnapshot {
  return {
    name: json.name,
    rows: json.rows.map((row) => ({ keys: row.keys.map(valueFromJson), state: stateFromJson(row.state) })),
    ...(json.normalization === undefined ? {} : { normalization: intFromJson(json.normalization) }),
  };
}
