import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeInt, type Int } from "../value/integer.ts";
import { addValue, copyState, emptyState, mergeState, standardDeviation, stateValue } from "./aggregate.ts";
import type { AggregatingFunction, AggregationState } from "./aggregating-function.ts";
import { quantizeValue } from "./buckets.ts";
import { stateFromJson, stateToJson, type AggregationStateJson } from "./state-json.ts";

const functions: readonly AggregatingFunction[] = [
  { name: "count" },
  { name: "sum" },
  { name: "avg" },
  { name: "min" },
  { name: "max" },
  { name: "stddev" },
  { name: "quantize" },
  { name: "lquantize", low: -50, high: 50, step: 7 },
  { name: "llquantize", factor: 10, low: 0, high: 6, steps: 20 },
];

const value = fc
  .oneof(
    fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
    fc.bigInt(-100n, 100n),
    fc
      .constantFrom(53n, 62n, 63n)
      .chain((power) => fc.bigInt(-2n, 1n).map((near) => BigInt.asIntN(64, (1n << power) + near))),
  )
  .map(normalizeInt);

function fold(fn: AggregatingFunction, values: readonly Int[]): AggregationState {
  const state = emptyState(fn);
  for (const one of values) addValue(fn, state, one);
  return state;
}

function merged(a: AggregationState, b: AggregationState): AggregationState {
  const into = copyState(a);
  mergeState(into, b);
  return into;
}

describe.each(functions)("$name is a commutative monoid", (fn) => {
  const state = fc.array(value, { maxLength: 12 }).map((values) => fold(fn, values));

  test("merging is associative", () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)));
      }),
    );
  });

  test("merging is commutative", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        expect(merged(a, b)).toEqual(merged(b, a));
      }),
    );
  });

  test("the empty state changes nothing", () => {
    fc.assert(
      fc.property(state, (a) => {
        expect(merged(a, emptyState(fn))).toEqual(a);
        expect(merged(emptyState(fn), a)).toEqual(a);
      }),
    );
  });

  test("parts merged are the whole, in any order", () => {
    fc.assert(
      fc.property(fc.array(value), fc.nat(), (values, cut) => {
        const at = values.length === 0 ? 0 : cut % values.length;
        const parts = merged(fold(fn, values.slice(at)), fold(fn, values.slice(0, at).reverse()));
        expect(parts).toEqual(fold(fn, values));
      }),
    );
  });

  test("merging leaves the other state alone, and copies share nothing", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const before = stateToJson(b);
        const into = copyState(a);
        mergeState(into, b);
        mergeState(into, b);
        expect(stateToJson(b)).toEqual(before);
      }),
    );
  });

  test("JSON keeps it", () => {
    fc.assert(
      fc.property(state, (a) => {
        const json = JSON.parse(JSON.stringify(stateToJson(a))) as AggregationStateJson;
        expect(stateFromJson(json)).toEqual(a);
      }),
    );
  });

  test("no state of another function is taken in", () => {
    const other = fn.name === "count" ? emptyState({ name: "sum" }) : emptyState({ name: "count" });
    expect(() => mergeState(emptyState(fn), other)).toThrow(TypeError);
  });
});

test("a weight counts a value so many times; a bucket back at zero is no bucket", () => {
  const fn: AggregatingFunction = { name: "quantize" };
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 20 }), (one, weight) => {
      const weighted = emptyState(fn);
      addValue(fn, weighted, one, weight);
      expect(weighted).toEqual(
        fold(
          fn,
          Array.from({ length: weight }, () => one),
        ),
      );
      addValue(fn, weighted, one, -weight);
      expect(weighted).toEqual(emptyState(fn));
    }),
  );
});

test("the value that orders a state", () => {
  const shown = (fn: AggregatingFunction, ...values: readonly Int[]): Int =>
    stateValue(fn, fold(fn, values), quantizeValue);
  expect(shown({ name: "count" }, 5, 5)).toBe(2);
  expect(shown({ name: "sum" }, 9223372036854775807n, 1)).toBe(-9223372036854775808n);
  expect(shown({ name: "avg" }, -7, 2)).toBe(-2);
  expect(shown({ name: "avg" })).toBe(0);
  expect(shown({ name: "min" })).toBe(9223372036854775807n);
  expect(shown({ name: "max" })).toBe(-9223372036854775808n);
  expect(shown({ name: "max" }, 3, -5)).toBe(3);
  expect(shown({ name: "quantize" }, 1, 5, -3)).toBe(3);
});

test("the standard deviation is DTrace's", () => {
  const deviation = (...values: readonly Int[]): Int => {
    const state = fold({ name: "stddev" }, values);
    return state.kind === "stddev" ? standardDeviation(state) : 0;
  };
  // reference/dtrace/stddev_big.out
  expect(deviation(1_000_000, 3_000_000, 1_000_000_000_000)).toBe(471_403_577_983);
  expect(deviation(5)).toBe(0);
  expect(deviation()).toBe(0);
  expect(deviation(2, 4, 4, 4, 5, 5, 7, 9)).toBe(2);
});
