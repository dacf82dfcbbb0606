import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeInt } from "../value/integer.ts";
import { bucketIndex } from "./aggregate.ts";
import type { AggregatingFunction } from "./aggregating-function.ts";
import { bucketRange } from "./bucket-range.ts";

const value = fc
  .oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -2000n, max: 2000n }),
    fc.integer({ min: 0, max: 62 }).map((n) => 2n ** BigInt(n)),
  )
  .map(normalizeInt);

const functions: readonly AggregatingFunction[] = [
  { name: "quantize" },
  { name: "lquantize", low: -50, high: 103, step: 7 },
  { name: "llquantize", factor: 10, low: 0, high: 3, steps: 20 },
  { name: "llquantize", factor: 2, low: 2, high: 6, steps: 4 },
];

describe("bucketRange", () => {
  it.each(functions)("holds each value of its bucket: $name", (fn) => {
    fc.assert(
      fc.property(value, (one) => {
        const { low, high } = bucketRange(fn, bucketIndex(fn, one));
        return (low === undefined || low <= one) && (high === undefined || one <= high);
      }),
    );
  });

  it.each(functions)("begins and ends where the bucket does: $name", (fn) => {
    const isIn = (bucket: number, one: bigint): boolean => bucketIndex(fn, normalizeInt(one)) === bucket;
    fc.assert(
      fc.property(value, (one) => {
        const index = bucketIndex(fn, one);
        const { low, high } = bucketRange(fn, index);
        return (
          (low === undefined || (isIn(index, BigInt(low)) && !isIn(index, BigInt(low) - 1n))) &&
          (high === undefined || (isIn(index, BigInt(high)) && !isIn(index, BigInt(high) + 1n)))
        );
      }),
    );
  });

  it("has open ends outside the range", () => {
    const linear: AggregatingFunction = { name: "lquantize", low: 0, high: 10, step: 5 };
    expect([0, 1, 2, 3].map((index) => bucketRange(linear, index))).toEqual([
      { high: -1 },
      { low: 0, high: 4 },
      { low: 5, high: 9 },
      { low: 10 },
    ]);
  });
});
