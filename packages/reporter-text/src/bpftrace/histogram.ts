/** Distributions as bpftrace draws them. */
import {
  addToBucket,
  bucketRange,
  divideInt,
  normalizeInt,
  type AggregatingFunction,
  type BucketRange,
  type Int,
} from "@trace/core";
import { divisorOf } from "../element-value.ts";

/** Columns of a bar. */
const BAR = 52;

/** bpftrace's suffixes: powers of 1024. */
const SUFFIXES = ["", "K", "M", "G", "T", "P", "E"] as const;

/** `value` with the largest suffix that leaves an integer. */
function suffixed(value: Int): string {
  let rest = BigInt(value);
  let power = 0;
  while (rest !== 0n && rest % 1024n === 0n && power < SUFFIXES.length - 1) {
    rest /= 1024n;
    power++;
  }
  return `${rest}${SUFFIXES[power]}`;
}

/** hist always shortens its bounds; lhist does where its step is a multiple of 1024; llquantize is no bpftrace function. */
function boundText(fn: AggregatingFunction): (value: Int) => string {
  const shortens = fn.name === "quantize" || (fn.name === "lquantize" && fn.step % 1024 === 0);
  return shortens ? suffixed : String;
}

/** `[1]`, `[2, 4)`, `(..., 0)` or `[100, ...)`. */
function label({ low, high }: BucketRange, text: (value: Int) => string): string {
  const end = high === undefined ? undefined : after(high);
  if (low === undefined) return `(..., ${text(end ?? 0)})`;
  if (end === undefined) return `[${text(low)}, ...)`;
  return low === high ? `[${text(low)}]` : `[${text(low)}, ${text(end)})`;
}

function after(value: Int): Int {
  return normalizeInt(BigInt(value) + 1n);
}

/** As C++ computes it: in single precision, cut. */
function bar(count: Int, greatest: Int): string {
  if (count <= 0) return "";
  const share = Math.fround(Math.fround(Number(count)) / Math.fround(Number(greatest)));
  return "@".repeat(Math.trunc(Math.fround(share * BAR)));
}

/** bpftrace's hist has one bucket for all negative values. */
const NEGATIVE = -1;
const negativeRange: BucketRange = { high: -1 };

function withOneNegativeBucket(counts: ReadonlyMap<number, Int>): ReadonlyMap<number, Int> {
  const joined = new Map<number, Int>();
  for (const [index, count] of counts) addToBucket(joined, Math.max(index, NEGATIVE), count);
  return joined;
}

/** The rows of a distribution, from the first bucket that counts to the last; nothing for an empty one. */
export function renderHistogram(
  fn: AggregatingFunction,
  counts: ReadonlyMap<number, Int>,
  normalization: Int = 1,
): string {
  const isPowers = fn.name === "quantize";
  const buckets = isPowers ? withOneNegativeBucket(counts) : counts;
  if (buckets.size === 0) return "";
  const shown = (index: number): Int => divideInt(buckets.get(index) ?? 0, divisorOf(normalization));
  const indexes = [...buckets.keys()];
  const last = Math.max(...indexes);
  const text = boundText(fn);
  let greatest: Int = 0;
  for (const index of indexes) if (shown(index) > greatest) greatest = shown(index);
  let rows = "";
  for (let index = Math.min(...indexes); index <= last; index++) {
    const range = isPowers && index === NEGATIVE ? negativeRange : rangeOf(fn, index);
    const count = shown(index);
    rows += `${label(range, text).padEnd(16)}${String(count).padStart(8)} |${bar(count, greatest).padEnd(BAR)}|\n`;
  }
  return rows;
}

/** bpftrace names both ends of its last bucket of powers. */
function rangeOf(fn: AggregatingFunction, index: number): BucketRange {
  const range = bucketRange(fn, index);
  return fn.name === "quantize" && range.high === undefined && range.low !== undefined
    ? { low: range.low, high: normalizeInt(2n * BigInt(range.low) - 1n) }
    : range;
}
