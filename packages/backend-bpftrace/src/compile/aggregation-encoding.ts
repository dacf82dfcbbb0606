/**
 * How each aggregating function is kept by bpftrace, exactly, and read back.
 *
 * One map an aggregation. Its key is the aggregation's key followed by a slot, an integer; its values are made by
 * bpftrace's own count(), sum() or max(), which are kept per CPU. bpftrace's avg(), min(), stats() and hist() are not
 * used: measured on 0.17, min() is wrong below -2^63 + 2^32 or so, hist() prints buckets beyond 2^31 as one, avg() keeps no
 * sum; and on no version is a histogram of negative values one of DTrace's.
 */
import {
  addInt,
  linearLevels,
  linearValue,
  logLinearBounds,
  maxQuantizeIndex,
  normalizeInt,
  type AggregatingFunction,
  type AggregationState,
  type Int,
  type IntegerType,
  type LinearParameters,
  type LogLinearParameters,
} from "@trace/core";
import { asInt64, integerLiteral } from "./integer-code.ts";
import type { ScriptWriter } from "./script-writer.ts";

/** What the script does to feed one value: `map[key, slot] = call`, all of these. */
export interface Feed {
  /** Absent where the function needs no slot. */
  readonly slot?: string;
  readonly call: string;
}

/** What a map must be able to do beyond its function. */
export interface EncodingNeeds {
  /** Some statement gives a weight. */
  readonly weighted: boolean;
  /** It must be seen that a value came, even one that changes nothing: `trunc(@a, n)` forgets keys until then. */
  readonly counted: boolean;
}

/** The slots of one element, as read from the map. */
export type Slots = ReadonlyMap<Int, Int>;

const SIGN = 1n << 63n;
const GREATEST = integerLiteral(SIGN - 1n);
const LEAST = integerLiteral(-SIGN);

/** Slots of sum, avg and stddev. */
const SUM = 0;
const COUNT = 1;
/** stddev: the sum of squares is that of each part times 2^shift. */
const SQUARES = [
  { slot: 2, shift: 0n },
  { slot: 3, shift: 32n },
  { slot: 4, shift: 33n },
  { slot: 5, shift: 65n },
  { slot: 6, shift: 64n },
  { slot: 7, shift: 96n },
] as const;

/** Has the map of `fn` a slot in its key? */
export function hasSlot(fn: AggregatingFunction, needs: EncodingNeeds): boolean {
  return !(fn.name === "count" || (fn.name === "sum" && !needs.counted));
}

/**
 * Writes what must be computed first, and gives the feeds of one value. `value` is a variable of the script that holds
 * it, `fresh` makes names of more.
 */
export function writeFeeds(
  out: ScriptWriter,
  fn: AggregatingFunction,
  type: IntegerType,
  needs: EncodingNeeds,
  value: string,
  weight: string | undefined,
  fresh: (name: string) => string,
): readonly Feed[] {
  switch (fn.name) {
    case "count":
      return [{ call: "count()" }];
    case "sum":
      if (!needs.counted) return [{ call: `sum(${value})` }];
      return summedFeeds(value);
    case "avg":
      return summedFeeds(value);
    case "min":
    case "max":
      return [extremeFeed(out, fn.name, type, value, fresh)];
    case "stddev":
      return squareFeeds(out, type, value, fresh);
    case "quantize":
    case "lquantize":
    case "llquantize": {
      const bucket = fresh("bucket");
      if (fn.name === "lquantize") writeLinear(out, fn, type, value, bucket);
      else if (fn.name === "llquantize") writeLogLinear(out, fn, type, value, bucket, fresh);
      else writeQuantize(out, type, value, bucket, fresh);
      const call = needs.weighted ? `sum(${asInt64(weight ?? "1")})` : "count()";
      return [{ slot: bucket, call }];
    }
  }
}

function summedFeeds(value: string): readonly Feed[] {
  return [
    { slot: String(SUM), call: `sum(${value})` },
    { slot: String(COUNT), call: "sum((int64)1)" },
  ];
}

/** The state that `slots` hold, those of one element. */
export function decodeState(fn: AggregatingFunction, type: IntegerType, slots: Slots): AggregationState {
  const at = (slot: Int): Int => slots.get(slot) ?? 0;
  switch (fn.name) {
    case "count":
      return { kind: "count", n: at(SUM) };
    case "sum":
      return { kind: "sum", sum: wrapSum(at(SUM)) };
    case "avg":
      return { kind: "avg", n: at(COUNT), sum: wrapSum(at(SUM)) };
    case "min":
    case "max":
      return { kind: fn.name, value: decodeExtreme(fn.name, type, slots) };
    case "stddev": {
      let squares = 0n;
      for (const { slot, shift } of SQUARES) squares += BigInt.asUintN(64, BigInt(at(slot))) << shift;
      return { kind: "stddev", n: at(COUNT), sum: wrapSum(at(SUM)), squares: normalizeInt(squares) };
    }
    case "quantize":
    case "lquantize":
    case "llquantize": {
      const counts = new Map<number, Int>();
      for (const [bucket, count] of slots) {
        const sum = addInt(wrapSum(count), 0);
        if (sum !== 0) counts.set(Number(bucket), sum);
      }
      return { kind: "buckets", counts };
    }
  }
}

/** bpftrace shows a sum signed or unsigned, by version and type; it is one of 64 bits either way. */
function wrapSum(sum: Int): Int {
  return normalizeInt(BigInt.asIntN(64, BigInt(sum)));
}

/**
 * min and max by max() of what is never negative, for max() is signed or not by version and starts at 0: slot 1 has
 * the negative values, slot 0 the others. Of each, values are turned such that the greatest is the one sought.
 */
function extremeFeed(
  out: ScriptWriter,
  name: "min" | "max",
  type: IntegerType,
  value: string,
  fresh: (name: string) => string,
): Feed {
  const signed = fresh("signed");
  const half = fresh("half");
  out.line(`${signed} = ${isUnsigned64(type) ? asInt64(`(${value} ^ ${LEAST})`) : asInt64(value)};`);
  out.line(`${half} = ${asInt64(`((${signed} < 0) ? 1 : 0)`)};`);
  const [negative, positive] =
    name === "max" ? [`(${signed} ^ ${LEAST})`, signed] : [`~${signed}`, `(${signed} ^ ${GREATEST})`];
  return { slot: half, call: `max(((${signed} < 0) ? ${negative} : ${positive}))` };
}

function decodeExtreme(name: "min" | "max", type: IntegerType, slots: Slots): Int | undefined {
  const negative = slots.get(1);
  const positive = slots.get(0);
  const preferred = name === "max" ? positive : negative;
  let signed: bigint;
  if (name === "max") {
    if (preferred !== undefined) signed = BigInt(preferred);
    else if (negative !== undefined) signed = BigInt.asIntN(64, BigInt(negative) ^ SIGN);
    else return undefined;
  } else if (preferred !== undefined) signed = ~BigInt(preferred);
  else if (positive !== undefined) signed = BigInt(positive) ^ (SIGN - 1n);
  else return undefined;
  return normalizeInt(isUnsigned64(type) ? BigInt.asUintN(64, signed ^ -SIGN) : signed);
}

function isUnsigned64(type: IntegerType): boolean {
  return type.bits === 64 && !type.signed;
}

/**
 * The square of high * 2^32 + low is high^2 * 2^64 + high * low * 2^33 + low^2. Each product has up to 64 bits; its two
 * halves are summed apart, so that 2^32 of them fit.
 */
function squareFeeds(
  out: ScriptWriter,
  type: IntegerType,
  value: string,
  fresh: (name: string) => string,
): readonly Feed[] {
  const [size, high, low, square, cross, top] = ["size", "high", "low", "square", "cross", "top"].map(
    fresh,
  ) as [string, string, string, string, string, string];
  const magnitude = isUnsigned64(type) ? value : `((${value} < 0) ? -${value} : ${value})`;
  const lower32 = (code: string): string => `sum((${code} & (int64)4294967295))`;
  const upper32 = (code: string): string => `sum((int64)((uint64)${code} >> 32))`;
  out.line(`${size} = ${asInt64(magnitude)};`);
  out.line(`${high} = (int64)((uint64)${size} >> 32);`);
  out.line(`${low} = (${size} & (int64)4294967295);`);
  out.line(`${square} = (${low} * ${low});`);
  out.line(`${cross} = (${high} * ${low});`);
  out.line(`${top} = (${high} * ${high});`);
  const calls = [square, cross, top].flatMap((product) => [lower32(product), upper32(product)]);
  return [
    ...summedFeeds(value),
    ...SQUARES.map(({ slot }, index) => ({ slot: String(slot), call: calls[index] ?? "" })),
  ];
}

/** The number of bits of the magnitude, at most 63, negative for a negative value (core's quantizeIndex). */
function writeQuantize(
  out: ScriptWriter,
  type: IntegerType,
  value: string,
  bucket: string,
  fresh: (name: string) => string,
): void {
  const size = fresh("size");
  const unsigned = isUnsigned64(type);
  out.line(`${size} = ${asInt64(unsigned ? value : `((${value} < 0) ? -${value} : ${value})`)};`);
  out.line(`${bucket} = (int64)0;`);
  out.open(`if (${size} < 0) {`);
  out.line(`${bucket} = (int64)${maxQuantizeIndex};`);
  out.close("} else {");
  for (const bits of [32, 16, 8, 4, 2, 1]) {
    const limit = integerLiteral(1n << BigInt(bits));
    out.line(
      `if (${size} >= ${limit}) { ${bucket} = (${bucket} + ${bits}); ${size} = (${size} >> ${bits}); }`,
    );
  }
  out.line(`${bucket} = (${bucket} + ${size});`);
  out.close();
  if (!unsigned) out.line(`if (${value} < 0) { ${bucket} = (0 - ${bucket}); }`);
}

function writeLinear(
  out: ScriptWriter,
  parameters: LinearParameters,
  type: IntegerType,
  value: string,
  bucket: string,
): void {
  const levels = linearLevels(parameters);
  const low = integerLiteral(BigInt(parameters.low));
  const end = integerLiteral(BigInt(linearValue(levels + 1, parameters)));
  out.line(`${bucket} = (int64)0;`);
  // A negative unsigned value is a huge one.
  const huge = isUnsigned64(type) ? ` || (${value} < 0)` : "";
  out.open(`if ((${value} >= ${end})${huge}) {`);
  out.line(`${bucket} = ${asInt64(integerLiteral(BigInt(levels + 1)))};`);
  out.close(`} else if (${value} >= ${low}) {`);
  const step = integerLiteral(BigInt(parameters.step));
  out.line(`${bucket} = (int64)((uint64)(${value} - ${low}) / (uint64)${step} + 1);`);
  out.close();
}

function writeLogLinear(
  out: ScriptWriter,
  parameters: LogLinearParameters,
  type: IntegerType,
  value: string,
  bucket: string,
  fresh: (name: string) => string,
): void {
  const size = fresh("size");
  const unsigned = isUnsigned64(type);
  out.line(`${size} = ${asInt64(unsigned ? value : `((${value} < 0) ? -${value} : ${value})`)};`);
  out.line(`${bucket} = (int64)0;`);
  // The magnitude of the least integer is negative: it is beyond every bound that fits.
  const beyond = (bound: Int): string =>
    BigInt(bound) >= SIGN
      ? `(${size} < 0)`
      : `((${size} >= ${integerLiteral(BigInt(bound))}) || (${size} < 0))`;
  for (const run of boundRuns(parameters)) {
    out.open(`if (${beyond(run.start)}) {`);
    if (run.count === 1) out.line(`${bucket} = (int64)${run.first};`);
    else {
      const start = integerLiteral(BigInt(run.start));
      const step = integerLiteral(BigInt(run.step));
      out.line(`${bucket} = (int64)((uint64)(${size} - ${start}) / (uint64)${step} + ${run.first});`);
    }
    out.close();
  }
  if (!unsigned) out.line(`if (${value} < 0) { ${bucket} = (0 - ${bucket}); }`);
}

/** Buckets `first`, `first + 1`, ... that start at `start`, `start + step`, .... */
interface BoundRun {
  readonly first: number;
  readonly start: Int;
  readonly step: Int;
  count: number;
}

/** The bounds of llquantize that a 64-bit magnitude can reach, as runs of equal steps; the last run is one bucket. */
function boundRuns(parameters: LogLinearParameters): readonly BoundRun[] {
  const bounds = logLinearBounds(parameters).filter((bound) => BigInt(bound) <= SIGN);
  const runs: BoundRun[] = [];
  for (const [index, start] of bounds.entries()) {
    const next = bounds[index + 1];
    const step = next === undefined ? 0 : normalizeInt(BigInt(next) - BigInt(start));
    const last = runs.at(-1);
    if (last !== undefined && last.step === step) last.count++;
    else runs.push({ first: index + 1, start, step, count: 1 });
  }
  return runs;
}
