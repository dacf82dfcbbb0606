import fc from "fast-check";
import { expect, test } from "vitest";
import { normalizeInt, type Int } from "../value/integer.ts";
import {
  linearIndex,
  linearLevels,
  linearValue,
  logLinearBounds,
  logLinearIndex,
  maxQuantizeIndex,
  quantizeIndex,
  quantizeValue,
} from "./buckets.ts";

const value = fc
  .oneof(
    fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
    fc.bigInt(-1000n, 1000n),
    fc.nat(62).chain((power) => fc.bigInt(-1n, 1n).map((near) => (1n << BigInt(power)) + near)),
  )
  .map(normalizeInt);

function size(one: Int): bigint {
  const big = BigInt(one);
  return big < 0n ? -big : big;
}

test("a value is in the quantize bucket of the power of two at or below it", () => {
  fc.assert(
    fc.property(value, (one) => {
      const index = quantizeIndex(one);
      expect(Math.sign(index) + 0).toBe(one < 0 ? -1 : one > 0 ? 1 : 0);
      expect(Math.abs(index)).toBeLessThanOrEqual(maxQuantizeIndex);
      const low = size(quantizeValue(index));
      expect(size(one)).toBeGreaterThanOrEqual(low);
      const isOpen = index === 0 || Math.abs(index) === maxQuantizeIndex;
      expect(isOpen || size(one) < low * 2n).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(quantizeIndex(-9223372036854775808n)).toBe(-63);
  expect(quantizeIndex(18446744073709551615n)).toBe(63);
});

test("a value is in the linear bucket whose lower end is at or below it", () => {
  const parameters = fc
    .record({
      low: fc.integer({ min: -1000, max: 1000 }),
      width: fc.integer({ min: 1, max: 2000 }),
      step: fc.integer({ min: 1, max: 300 }),
    })
    .map(({ low, width, step }) => ({ low, high: low + width, step }))
    .filter(({ low, high, step }) => high - low >= step);
  fc.assert(
    fc.property(parameters, value, (linear, one) => {
      const index = linearIndex(one, linear);
      const levels = linearLevels(linear);
      expect(one >= linearValue(index, linear)).toBe(index > 0);
      expect(index > levels || one < linearValue(index + 1, linear)).toBe(true);
      expect(index).toBeLessThanOrEqual(levels + 1);
    }),
    { numRuns: 1000 },
  );
});

test("the log-linear buckets of dtrace's own example", () => {
  // reference/dtrace/agg_llquantize.out: factor 10, magnitudes 0 to 3, 10 steps.
  const bounds = logLinearBounds({ factor: 10, low: 0, high: 3, steps: 10 });
  expect(bounds.slice(0, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30]);
  expect(bounds.at(-1)).toBe(10_000);
});

test("log-linear bounds ascend, and a value is at or above that of its bucket", () => {
  const parameters = fc
    .record({
      factor: fc.integer({ min: 2, max: 20 }),
      low: fc.nat(4),
      more: fc.nat(4),
      steps: fc.integer({ min: 2, max: 60 }),
    })
    .map(({ factor, low, more, steps }) => ({ factor, low, high: low + more, steps }));
  fc.assert(
    fc.property(parameters, value, (logLinear, one) => {
      const bounds = logLinearBounds(logLinear);
      expect(bounds.every((bound, at) => at === 0 || (bounds[at - 1] ?? 0) < bound)).toBe(true);
      const index = logLinearIndex(one, logLinear);
      const absolute = normalizeInt(size(one));
      const at = Math.abs(index);
      expect(absolute >= (bounds[at - 1] ?? 0)).toBe(true);
      expect(absolute < (bounds[at] ?? Number.POSITIVE_INFINITY)).toBe(true);
      expect(Object.is(index, -0)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
