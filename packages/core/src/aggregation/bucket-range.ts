/** Which values a bucket of the quantize family holds: what reporters show of it. */
import { normalizeInt, type Int } from "../value/integer.ts";
import type { AggregatingFunction } from "./aggregating-function.ts";
import { linearLevels, linearValue, logLinearBounds, maxQuantizeIndex, quantizeValue } from "./buckets.ts";

/** The values from `low` to `high`, both included; an end that is absent is open. */
export interface BucketRange {
  readonly low?: Int;
  readonly high?: Int;
}

/** The range of bucket `index`. TypeError for a function without buckets. */
export function bucketRange(fn: AggregatingFunction, index: number): BucketRange {
  switch (fn.name) {
    case "quantize":
      return quantizeRange(index);
    case "lquantize": {
      const levels = linearLevels(fn);
      if (index === 0) return { high: fn.low - 1 };
      const low = linearValue(index, fn);
      return index > levels ? { low } : { low, high: low + fn.step - 1 };
    }
    case "llquantize":
      return logLinearRange(logLinearBounds(fn), index);
    default:
      throw new TypeError(`${fn.name} has no buckets`);
  }
}

function quantizeRange(index: number): BucketRange {
  if (index === 0) return { low: 0, high: 0 };
  if (index < 0) return mirror(quantizeRange(-index));
  const low = quantizeValue(index);
  return index === maxQuantizeIndex ? { low } : { low, high: before(quantizeValue(index + 1)) };
}

function logLinearRange(bounds: readonly Int[], index: number): BucketRange {
  if (index < 0) return mirror(logLinearRange(bounds, -index));
  const low = bounds[index - 1];
  const end = bounds[index];
  if (low === undefined) {
    const high = before(end ?? 1);
    return { low: negate(high), high };
  }
  return end === undefined ? { low } : { low, high: before(end) };
}

function mirror({ low, high }: BucketRange): BucketRange {
  return {
    ...(high === undefined ? {} : { low: negate(high) }),
    ...(low === undefined ? {} : { high: negate(low) }),
  };
}

function negate(value: Int): Int {
  // `0 -` and not a sign: an integer has no negative zero.
  return typeof value === "number" ? 0 - value : -value;
}

function before(value: Int): Int {
  return typeof value === "number" ? value - 1 : normalizeInt(value - 1n);
}
