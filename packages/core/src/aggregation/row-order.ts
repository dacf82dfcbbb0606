/**
 * The order of an aggregation's elements as DTrace has it (libdtrace's dt_aggregate.c): by value, then by keys. What
 * `trunc` keeps and what reporters print follows it.
 */
import { compareInt, normalizeInt, type Int } from "../value/integer.ts";
import { encodeText } from "../value/text.ts";
import type { Type } from "../value/type.ts";
import { isInt, type Value } from "../value/value.ts";
import { stateValue } from "./aggregate.ts";
import type { AggregatingFunction, AggregationState } from "./aggregating-function.ts";
import { linearLevels, linearValue, logLinearBounds, quantizeValue } from "./buckets.ts";
import type { AggregationRow } from "./snapshot.ts";

/** Where a state stands among those of its function. */
export interface StateRank {
  /** The value, or for the quantize family the sum of values times counts, beyond 64 bits where it is. */
  readonly total: Int;
  /** The count of the bucket of zero: decides among distributions of one total. */
  readonly zeros: Int;
}

/** The rank of `state`. Compute it once for each row before sorting. */
export function stateRank(fn: AggregatingFunction, state: AggregationState): StateRank {
  if (state.kind !== "buckets") {
    const value = stateValue(fn, state, () => 0);
    // DTrace compares as signed, whatever was aggregated.
    const total = typeof value === "number" ? value : normalizeInt(BigInt.asIntN(64, value));
    return { total, zeros: 0 };
  }
  let total = 0n;
  let zeros: Int = 0;
  for (const [index, count] of state.counts) {
    const value = rankValue(fn, index);
    if (value === 0) zeros = count;
    total += BigInt(value) * BigInt(count);
  }
  return { total: normalizeInt(total), zeros };
}

/** Negative, zero or positive, as `a` comes before, beside or after `b`. */
export function compareRanks(a: StateRank, b: StateRank): number {
  return compareInt(a.total, b.total) || compareInt(a.zeros, b.zeros);
}

/** The value that a bucket counts as in a rank: its end nearest to zero, one beyond the range for those outside it. */
function rankValue(fn: AggregatingFunction, index: number): Int {
  switch (fn.name) {
    case "lquantize":
      if (index === 0) return fn.low - 1;
      return linearValue(index, fn) + (index > linearLevels(fn) ? 1 : 0);
    case "llquantize": {
      const size = index === 0 ? 0 : (logLinearBounds(fn)[Math.abs(index) - 1] ?? 0);
      return index < 0 ? -size : size;
    }
    default:
      return quantizeValue(index);
  }
}

/**
 * Orders keys of these types: integers as unsigned, strings by bytes. The comparison starts with key `first` (0 based;
 * beyond the last: the first) and goes round.
 */
export function compareKeys(
  types: readonly Type[],
  first = 0,
): (a: readonly Value[], b: readonly Value[]) => number {
  const start = first < types.length ? first : 0;
  return (a, b) => {
    for (let n = 0; n < types.length; n++) {
      const at = (start + n) % types.length;
      const left = a[at];
      const right = b[at];
      if (left === undefined || right === undefined) continue;
      const order = compareKey(types[at], left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareKey(type: Type | undefined, a: Value, b: Value): number {
  if (isInt(a) && isInt(b)) return compareUnsigned(a, b, type?.kind === "integer" ? type.bits : 64);
  if (typeof a === "string" && typeof b === "string") return compareBytes(a, b);
  if (typeof a !== "object" || typeof b !== "object") return 0;
  if ("float" in a && "float" in b) return a.float - b.float;
  if (!("frames" in a && "frames" in b)) return 0;
  const depth = Math.max(a.frames.length, b.frames.length);
  for (let at = 0; at < depth; at++) {
    const order = compareUnsigned(a.frames[at]?.address ?? 0, b.frames[at]?.address ?? 0, 64);
    if (order !== 0) return order;
  }
  return 0;
}

function compareUnsigned(a: Int, b: Int, bits: number): number {
  if (a >= 0 && b >= 0) return compareInt(a, b);
  return compareInt(BigInt.asUintN(bits, BigInt(a)), BigInt.asUintN(bits, BigInt(b)));
}

function compareBytes(a: string, b: string): number {
  let same = 0;
  while (same < a.length && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  if (same === a.length || same === b.length) return a.length - b.length;
  const order = a.charCodeAt(same) - b.charCodeAt(same);
  // Below the surrogates, UTF-16 and UTF-8 sort alike.
  if (a.charCodeAt(same) < 0xd800 && b.charCodeAt(same) < 0xd800) return order;
  const left = encodeText(a);
  const right = encodeText(b);
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** `rows` by value, then by keys, ascending: the default order of DTrace's output. */
export function orderRows<Row extends AggregationRow>(
  aggregation: { readonly function: AggregatingFunction; readonly keys: readonly Type[] },
  rows: readonly Row[],
): Row[] {
  const byKeys = compareKeys(aggregation.keys);
  return rows
    .map((row) => ({ row, rank: stateRank(aggregation.function, row.state) }))
    .sort((a, b) => compareRanks(a.rank, b.rank) || byKeys(a.row.keys, b.row.keys))
    .map(({ row }) => row);
}

/** The rows that `trunc` keeps: the `count` last of that order, or with a negative `count` so many of the first. */
export function truncateRows<Row extends AggregationRow>(
  aggregation: { readonly function: AggregatingFunction; readonly keys: readonly Type[] },
  rows: readonly Row[],
  count: Int,
): Row[] {
  const ordered = orderRows(aggregation, rows);
  const kept = Math.min(Math.abs(Number(count)), ordered.length);
  return count < 0 ? ordered.slice(0, kept) : ordered.slice(ordered.length - kept);
}
