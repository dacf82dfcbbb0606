/** The aggregating functions and the data they keep. Plain JSON but for bigints in states. */
import type { Int } from "../value/integer.ts";

/** Linear buckets of `step` from `low` up to `high` (dtrace(1), lquantize). */
export interface LinearParameters {
  readonly low: number;
  readonly high: number;
  /** At least 1. */
  readonly step: number;
}

/** `steps` linear buckets in each order of magnitude `factor`^`low` to `factor`^`high` (dtrace(1), llquantize). */
export interface LogLinearParameters {
  readonly factor: number;
  readonly low: number;
  readonly high: number;
  readonly steps: number;
}

/** A function that makes one result of many values, in any order and any grouping: a commutative monoid. */
export type AggregatingFunction =
  | { readonly name: "count" | "sum" | "avg" | "min" | "max" | "stddev" | "quantize" }
  | ({ readonly name: "lquantize" } & LinearParameters)
  | ({ readonly name: "llquantize" } & LogLinearParameters);

export type AggregatingFunctionName = AggregatingFunction["name"];

/**
 * What an aggregation has seen. `count`: n. `sum`: sum, wrapping at 64 bits. `avg`: n and sum. `min`, `max`: the value,
 * undefined before the first. `stddev`: n, sum, and the sum of squares (exact, beyond 64 bits). The quantize family: the
 * sum of weights per bucket, by bucket index (see `buckets.ts` for what an index means).
 */
export type AggregationState =
  | { kind: "count"; n: Int }
  | { kind: "sum"; sum: Int }
  | { kind: "avg"; n: Int; sum: Int }
  | { kind: "min" | "max"; value: Int | undefined }
  | { kind: "stddev"; n: Int; sum: Int; squares: Int }
  | { kind: "buckets"; counts: Map<number, Int> };
