/**
 * The buckets of quantize, lquantize and llquantize. A bucket has an index, an integer that orders it among its kin;
 * states keep counts by index. What a bucket holds follows dtrace(1) and DTrace's `sys/dtrace.h` macros.
 */
import { normalizeInt, type Int } from "../value/integer.ts";
import type { LinearParameters, LogLinearParameters } from "./aggregating-function.ts";

/** The largest index of a quantize bucket; the smallest is its negative. */
export const maxQuantizeIndex = 63;

/**
 * The quantize bucket of `value`: 0 for zero, k for 2^(k-1) <= value < 2^k, -k for the mirror image. The least 64-bit
 * integer shares the bucket of the values above it, as in DTrace.
 */
export function quantizeIndex(value: Int): number {
  if (typeof value === "number") {
    if (value === 0) return 0;
    const size = value < 0 ? -value : value;
    const index =
      size < 0x1_0000_0000 ? 32 - Math.clz32(size) : 64 - Math.clz32(Math.floor(size / 0x1_0000_0000));
    return value < 0 ? -index : index;
  }
  const size = value < 0n ? -value : value;
  const index = Math.min(size.toString(2).length, maxQuantizeIndex);
  return value < 0n ? -index : index;
}

/** The value that stands for quantize bucket `index`: its member nearest to zero. */
export function quantizeValue(index: number): Int {
  if (index === 0) return 0;
  const size = normalizeInt(1n << BigInt(Math.abs(index) - 1));
  return index < 0 ? -size : size;
}

/** How many buckets lquantize has between its ends. */
export function linearLevels({ low, high, step }: LinearParameters): number {
  return Math.floor((high - low) / step);
}

/** The lquantize bucket of `value`: 0 below `low`, then 1, 2, ..., and the last + 1 from the last bucket's end on. */
export function linearIndex(value: Int, parameters: LinearParameters): number {
  const { low, step } = parameters;
  if (value < low) return 0;
  const levels = linearLevels(parameters);
  const level = typeof value === "number" ? Math.floor((value - low) / step) : levels;
  return level < levels ? level + 1 : levels + 1;
}

/** The lower end of lquantize bucket `index`; for index 0, below which all values are: `low`. */
export function linearValue(index: number, { low, step }: LinearParameters): number {
  return index === 0 ? low : low + (index - 1) * step;
}

const boundsCache = new WeakMap<LogLinearParameters, readonly Int[]>();

/**
 * The lower ends of llquantize's buckets on the positive side, ascending; the last is where its overflow bucket starts.
 * Bucket k (from 1) starts at the k-th; bucket 0 holds what is nearer to zero than the first; -k mirrors k.
 */
export function logLinearBounds(parameters: LogLinearParameters): readonly Int[] {
  let bounds = boundsCache.get(parameters);
  if (bounds === undefined) {
    const { factor, low, high, steps } = parameters;
    const list: Int[] = [];
    let start = BigInt(factor) ** BigInt(low);
    for (let magnitude = low; magnitude <= high; magnitude++) {
      const end = start * BigInt(factor);
      const step = end / BigInt(steps) || 1n;
      for (let at = start; at < end; at += step) list.push(normalizeInt(at));
      start = end;
    }
    list.push(normalizeInt(start));
    bounds = list;
    boundsCache.set(parameters, bounds);
  }
  return bounds;
}

/** The llquantize bucket of `value`; see {@link logLinearBounds}. */
export function logLinearIndex(value: Int, parameters: LogLinearParameters): number {
  const bounds = logLinearBounds(parameters);
  const size = value < 0 ? -value : value;
  let from = 0;
  let to = bounds.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((bounds[middle] as Int) <= size) from = middle + 1;
    else to = middle;
  }
  return value < 0 ? 0 - from : from;
}
