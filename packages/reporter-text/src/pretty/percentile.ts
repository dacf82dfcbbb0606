/** Percentiles of distributions, as far as buckets tell them. */
import { bucketRange, type AggregatingFunction, type BucketRange, type Int } from "@trace/core";

/**
 * The bucket that holds the value at `percent` of all values, ordered: the percentile is not above its high end, nor
 * below its low end. Undefined where there are no values. Buckets of negative weight count as empty.
 */
export function percentileBucket(
  fn: AggregatingFunction,
  counts: ReadonlyMap<number, Int>,
  percent: number,
): BucketRange | undefined {
  const buckets = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  let total = 0n;
  for (const [, count] of buckets) total += BigInt(count);
  let seen = 0n;
  for (const [index, count] of buckets) {
    seen += BigInt(count);
    if (seen * 100n >= total * BigInt(percent)) return bucketRange(fn, index);
  }
  return undefined;
}
