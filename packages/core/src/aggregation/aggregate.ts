/**
 * The monoid of each aggregating function: `emptyState`, `addValue`, `mergeState`. Merging is associative and
 * commutative, the empty state is its identity, and adding values one by one or merging states of parts gives the same.
 */
import { addInt, multiplyInt, normalizeInt, type Int } from "../value/integer.ts";
import type { AggregatingFunction, AggregationState } from "./aggregating-function.ts";
import { linearIndex, logLinearIndex, quantizeIndex } from "./buckets.ts";

/** The state of `fn` before the first value. */
export function emptyState(fn: AggregatingFunction): AggregationState {
  switch (fn.name) {
    case "count":
      return { kind: "count", n: 0 };
    case "sum":
      return { kind: "sum", sum: 0 };
    case "avg":
      return { kind: "avg", n: 0, sum: 0 };
    case "min":
    case "max":
      return { kind: fn.name, value: undefined };
    case "stddev":
      return { kind: "stddev", n: 0, sum: 0, squares: 0 };
    case "quantize":
    case "lquantize":
    case "llquantize":
      return { kind: "buckets", counts: new Map() };
  }
}

/** The bucket of `value` for a function of the quantize family. */
export function bucketIndex(fn: AggregatingFunction, value: Int): number {
  switch (fn.name) {
    case "quantize":
      return quantizeIndex(value);
    case "lquantize":
      return linearIndex(value, fn);
    case "llquantize":
      return logLinearIndex(value, fn);
    default:
      throw new TypeError(`${fn.name} has no buckets`);
  }
}

/** Puts `value` into `state`, in place. `weight` counts for the quantize family only. */
export function addValue(
  fn: AggregatingFunction,
  state: AggregationState,
  value: Int,
  weight: Int = 1,
): void {
  switch (state.kind) {
    case "count":
      state.n = addInt(state.n, 1);
      break;
    case "sum":
      state.sum = addInt(state.sum, value);
      break;
    case "avg":
      state.n = addInt(state.n, 1);
      state.sum = addInt(state.sum, value);
      break;
    case "min":
      if (state.value === undefined || value < state.value) state.value = value;
      break;
    case "max":
      if (state.value === undefined || value > state.value) state.value = value;
      break;
    case "stddev":
      state.n = addInt(state.n, 1);
      state.sum = addInt(state.sum, value);
      state.squares = addExact(state.squares, square(value));
      break;
    case "buckets":
      addToBucket(state.counts, bucketIndex(fn, value), weight);
      break;
  }
}

/** Merges `from` into `into`, in place. Both are states of one function; TypeError otherwise. */
export function mergeState(into: AggregationState, from: AggregationState): void {
  if (into.kind === "count" && from.kind === "count") into.n = addInt(into.n, from.n);
  else if (into.kind === "sum" && from.kind === "sum") into.sum = addInt(into.sum, from.sum);
  else if (into.kind === "avg" && from.kind === "avg") {
    into.n = addInt(into.n, from.n);
    into.sum = addInt(into.sum, from.sum);
  } else if ((into.kind === "min" || into.kind === "max") && from.kind === into.kind) {
    const { value } = from;
    if (value === undefined) return;
    const better =
      into.value === undefined || (into.kind === "min" ? value < into.value : value > into.value);
    if (better) into.value = value;
  } else if (into.kind === "stddev" && from.kind === "stddev") {
    into.n = addInt(into.n, from.n);
    into.sum = addInt(into.sum, from.sum);
    into.squares = addExact(into.squares, from.squares);
  } else if (into.kind === "buckets" && from.kind === "buckets") {
    for (const [index, count] of from.counts) addToBucket(into.counts, index, count);
  } else throw new TypeError(`cannot merge ${from.kind} into ${into.kind}`);
}

/** A copy that shares nothing with `state`. */
export function copyState(state: AggregationState): AggregationState {
  return state.kind === "buckets" ? { kind: "buckets", counts: new Map(state.counts) } : { ...state };
}

/** Adds `weight` to a bucket's count, in 64 bits. A bucket back at zero is no bucket. */
export function addToBucket(counts: Map<number, Int>, index: number, weight: Int): void {
  const sum = addInt(counts.get(index) ?? 0, weight);
  if (sum === 0) counts.delete(index);
  else counts.set(index, sum);
}

function square(value: Int): Int {
  return typeof value === "number" && value > -94_906_265 && value < 94_906_265
    ? value * value
    : normalizeInt(BigInt(value) * BigInt(value));
}

/** Sum without a width: squares of 64-bit integers need 128 bits and more. */
function addExact(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  }
  return normalizeInt(BigInt(a) + BigInt(b));
}

/** `dividend / divisor` of integers, toward zero. `divisor` must not be 0. */
export function divideInt(dividend: Int, divisor: Int): Int {
  if (typeof dividend === "number" && typeof divisor === "number") return Math.trunc(dividend / divisor) + 0;
  return normalizeInt(BigInt(dividend) / BigInt(divisor));
}

/**
 * The one integer that stands for a state: the count, the sum, the average and standard deviation truncated as DTrace
 * truncates them, and for the quantize family the sum of `value of the bucket` times its count (which is how DTrace
 * orders distributions).
 */
export function stateValue(
  fn: AggregatingFunction,
  state: AggregationState,
  bucketValue: (index: number) => Int,
): Int {
  switch (state.kind) {
    case "count":
      return state.n;
    case "sum":
      return state.sum;
    case "avg":
      return state.n === 0 ? 0 : divideInt(state.sum, state.n);
    case "min":
    case "max":
      // DTrace's initial values: what an element shows that was cleared and got no value since.
      return state.value ?? (fn.name === "min" ? 9223372036854775807n : -9223372036854775808n);
    case "stddev":
      return standardDeviation(state);
    case "buckets": {
      let total: Int = 0;
      for (const [index, count] of state.counts)
        total = addInt(total, multiplyInt(bucketValue(index), count));
      return total;
    }
  }
}

/**
 * The standard deviation of the population, truncated: the square root of the average of squares less the square of
 * the average, both averages truncated first, as dt_stddev of DTrace's libdtrace does. `normalization` divides the sums
 * before that, as there.
 */
export function standardDeviation(state: { n: Int; sum: Int; squares: Int }, normalization: Int = 1): Int {
  if (state.n === 0) return 0;
  const n = BigInt(state.n);
  const divisor = BigInt(normalization);
  const average = BigInt(state.sum) / divisor / n;
  const variance = BigInt(state.squares) / divisor / n - average * average;
  return normalizeInt(squareRoot(variance < 0n ? 0n : variance));
}

function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
