/**
 * How aggregations are kept in DTrace, and read back. DTrace prints averages and standard deviations as results; what they
 * are made of is kept as aggregations of its own, so that the state is exact and can be merged and compared.
 */
import {
  addToBucket,
  bucketIndex,
  linearLevels,
  logLinearBounds,
  normalizeInt,
  type AggregatingFunction,
  type AggregationDeclaration,
  type AggregationState,
  type Int,
} from "@trace/core";

/** One of the aggregations of DTrace that stand for one of the program. */
export interface Part {
  /** Added to the name; empty where it is the only one. */
  readonly suffix: string;
  readonly function: AggregatingFunction;
  /** What is aggregated, in D, of a value in D; absent for `count`. */
  readonly value?: (value: string) => string;
}

/** What DTrace printed for an element of a part: a number, or counts by bucket. */
export type PartValue = Int | ReadonlyMap<number, Int>;

/** The value as it is. */
export const plainValue = (value: string): string => value;

/**
 * The square of a value is a sum of three products of its halves (h, signed, and l) at different places; each product is
 * summed in halves again, so that no sum leaves 64 bits.
 */
const high = (value: string): string => `(${value} >> 32)`;
const low = (value: string): string => `(${value} & 0xffffffff)`;
const halves = (product: (value: string) => string, name: string): readonly Part[] => [
  { suffix: `_${name}_high`, function: { name: "sum" }, value: (value) => `(${product(value)}) >> 32` },
  { suffix: `_${name}_low`, function: { name: "sum" }, value: (value) => `(${product(value)}) & 0xffffffff` },
];

const countPart: Part = { suffix: "_count", function: { name: "count" } };
const sumPart: Part = { suffix: "_sum", function: { name: "sum" }, value: plainValue };

/** Turns the order of unsigned integers into that of signed ones, in which DTrace compares. */
const signFlip = (value: string): string => `(int64_t)(${value} ^ (uint64_t)0x8000000000000000)`;

/** The parts of an aggregation, in a fixed order. */
export function partsOf({ function: fn, value }: AggregationDeclaration): readonly Part[] {
  switch (fn.name) {
    case "count":
      return [{ suffix: "", function: fn }];
    case "avg":
      return [countPart, sumPart];
    case "stddev":
      return [
        countPart,
        sumPart,
        ...halves((one) => `${high(one)} * ${high(one)}`, "hh"),
        ...halves((one) => `${high(one)} * ${low(one)}`, "hl"),
        ...halves((one) => `(uint64_t)${low(one)} * (uint64_t)${low(one)}`, "ll"),
      ];
    case "min":
    case "max":
      return [{ suffix: "", function: fn, value: isUnsigned(value) ? signFlip : plainValue }];
    default:
      return [{ suffix: "", function: fn, value: plainValue }];
  }
}

function isUnsigned(type: AggregationDeclaration["value"]): boolean {
  return type.kind === "integer" && type.bits === 64 && !type.signed;
}

/** The state that `values`, one for each part, stand for. */
export function decodeState(
  { function: fn, value: type }: AggregationDeclaration,
  values: readonly (PartValue | undefined)[],
): AggregationState {
  const number = (index: number): Int => {
    const value = values[index] ?? 0;
    return typeof value === "object" ? 0 : value;
  };
  switch (fn.name) {
    case "count":
      return { kind: "count", n: number(0) };
    case "sum":
      return { kind: "sum", sum: number(0) };
    case "avg":
      return { kind: "avg", n: number(0), sum: number(1) };
    case "min":
    case "max": {
      const value = number(0);
      // What DTrace starts with, and goes back to when it is cleared.
      const none = BigInt(value) === (fn.name === "min" ? 2n ** 63n - 1n : -(2n ** 63n));
      const shown = isUnsigned(type) ? normalizeInt(BigInt.asUintN(64, BigInt(value)) ^ (1n << 63n)) : value;
      return { kind: fn.name, value: none ? undefined : shown };
    }
    case "stddev": {
      const product = (index: number): bigint =>
        (BigInt(number(index)) << 32n) + BigInt.asUintN(64, BigInt(number(index + 1)));
      const squares = (product(2) << 64n) + (product(4) << 33n) + product(6);
      return { kind: "stddev", n: number(0), sum: number(1), squares: normalizeInt(squares) };
    }
    default: {
      const [counts] = values;
      return { kind: "buckets", counts: new Map(typeof counts === "object" ? counts : []) };
    }
  }
}

/** What came since `before`. */
export function subtractState(state: AggregationState, before: AggregationState): AggregationState {
  const less = (a: Int, b: Int): Int => normalizeInt(BigInt.asIntN(64, BigInt(a) - BigInt(b)));
  if (state.kind === "count" && before.kind === "count") return { kind: "count", n: less(state.n, before.n) };
  if (state.kind === "sum" && before.kind === "sum") return { kind: "sum", sum: less(state.sum, before.sum) };
  if (state.kind === "avg" && before.kind === "avg")
    return { kind: "avg", n: less(state.n, before.n), sum: less(state.sum, before.sum) };
  if (state.kind === "stddev" && before.kind === "stddev")
    return {
      kind: "stddev",
      n: less(state.n, before.n),
      sum: less(state.sum, before.sum),
      squares: normalizeInt(BigInt(state.squares) - BigInt(before.squares)),
    };
  if (state.kind === "buckets" && before.kind === "buckets") {
    const counts = new Map(state.counts);
    for (const [index, count] of before.counts) addToBucket(counts, index, normalizeInt(-BigInt(count)));
    return { kind: "buckets", counts };
  }
  return state;
}

/** Has nothing come into `state`? A sum of zero may have had values: nobody can tell. */
export function isEmptyState(state: AggregationState): boolean {
  switch (state.kind) {
    case "count":
    case "avg":
    case "stddev":
      return state.n === 0;
    case "sum":
      return state.sum === 0;
    case "min":
    case "max":
      return state.value === undefined;
    case "buckets":
      return state.counts.size === 0;
  }
}

/** The bucket of a row of a distribution, by the row's label: `8`, `< 0`, `>= 100`, `abs() < 10`, `<= -1000`. */
export function labelBucket(fn: AggregatingFunction, label: string): number | undefined {
  const match = /^(<|>=|<=|abs\(\) <)? ?(-?\d{1,20})$/.exec(label);
  if (match === null) return undefined;
  const [, sign, digits = "0"] = match;
  const value = normalizeInt(BigInt(digits));
  switch (fn.name) {
    case "lquantize":
      if (sign === "<") return 0;
      return sign === ">=" ? linearLevels(fn) + 1 : bucketIndex(fn, value);
    case "llquantize":
      if (sign === "abs() <") return 0;
      if (sign === "<=") return -logLinearBounds(fn).length;
      return sign === ">=" ? logLinearBounds(fn).length : bucketIndex(fn, value);
    case "quantize":
      return bucketIndex(fn, value);
    default:
      return undefined;
  }
}

/** Can the host take back what came before a `clear`? Not of the least and the greatest. */
export function canSubtract({ function: fn }: AggregationDeclaration): boolean {
  return fn.name !== "min" && fn.name !== "max";
}

/** Does each of `parts` take the value as it is, if at all? */
export function usesPlainValues(parts: readonly Part[]): boolean {
  return parts.every(({ value }) => value === undefined || value === plainValue);
}
