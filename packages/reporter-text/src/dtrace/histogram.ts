/** Distributions as DTrace draws them (libdtrace's dt_print_quantize and its kin). */
import {
  linearLevels,
  linearValue,
  logLinearBounds,
  maxQuantizeIndex,
  padText,
  quantizeValue,
  type AggregatingFunction,
  type Int,
} from "@trace/core";
import { divideUnsigned } from "./aggregated-value.ts";

/** Columns of a bar. */
const BAR = 40;

/** The buckets that can be shown, what is shown where there are no data, and their labels. */
interface Scale {
  readonly least: number;
  readonly greatest: number;
  readonly empty: readonly [first: number, last: number];
  /** `first` is the first bucket that is shown. */
  label(index: number, first: number): string;
}

function scaleOf(fn: AggregatingFunction): Scale {
  switch (fn.name) {
    case "lquantize": {
      const overflow = linearLevels(fn) + 1;
      return {
        least: 0,
        greatest: overflow,
        empty: [0, Math.min(2, overflow)],
        label: (index) => {
          const value = linearValue(index, fn);
          return index === 0 ? `< ${value}` : index === overflow ? `>= ${value}` : String(value);
        },
      };
    }
    case "llquantize": {
      const bounds = logLinearBounds(fn);
      const overflow = bounds.length;
      return {
        least: -overflow,
        greatest: overflow,
        empty: [0, Math.min(2, overflow)],
        label: (index, first) => {
          if (index === 0) {
            const bound = bounds[0] ?? 1;
            if (bound === 1) return "0";
            return first === 0 ? `< ${bound}` : `abs() < ${bound}`;
          }
          const bound = bounds[Math.abs(index) - 1] ?? 0;
          if (index === overflow) return `>= ${bound}`;
          if (index === -overflow) return `<= -${bound}`;
          return index < 0 ? `-${bound}` : String(bound);
        },
      };
    }
    default:
      return {
        least: -maxQuantizeIndex,
        greatest: maxQuantizeIndex,
        empty: [-1, 1],
        label: (index) => String(quantizeValue(index)),
      };
  }
}

/** How many columns of `width` stand for `count` of `total`, to the nearest. */
function barLength(count: bigint, total: bigint, width: number): number {
  if (total === 0n) return 0;
  return Number((2n * count * BigInt(width) + total) / (2n * total));
}

/** The bar of one bucket: to the right of the line, to the left where all counts are negative, to both where some are. */
function bar(count: bigint, total: bigint, positives: boolean, negatives: boolean): string {
  const size = count < 0n ? -count : count;
  if (!negatives) return `|${"@".repeat(barLength(size, total, BAR)).padEnd(BAR)}`;
  if (!positives) return `${"@".repeat(barLength(size, total, BAR)).padStart(BAR)}|`;
  const half = BAR / 2;
  const ats = "@".repeat(barLength(size, total, half));
  return count <= 0n
    ? `${ats.padStart(half)}|${" ".repeat(half)}`
    : `${" ".repeat(half)}|${ats.padEnd(half)}`;
}

/**
 * The distribution `counts` (by bucket index) of `fn`, from a line break to the line break after its last row: a header,
 * the buckets from one before the first that counts to one after the last. Counts are shown divided by `normalization`.
 *
 * One flaw of DTrace's is left out: it cuts llquantize's labels after 15 characters, and so shows other numbers.
 */
export function renderHistogram(
  fn: AggregatingFunction,
  counts: ReadonlyMap<number, Int>,
  normalization: Int = 1,
): string {
  const scale = scaleOf(fn);
  let [first, last] = scale.empty;
  let total = 0n;
  let positives = false;
  let negatives = false;
  if (counts.size > 0) {
    first = Infinity;
    last = -Infinity;
    for (const [index, count] of counts) {
      first = Math.min(first, index);
      last = Math.max(last, index);
      if (count < 0) negatives = true;
      else positives = true;
      total += BigInt(count < 0 ? -count : count);
    }
    first = Math.max(first - 1, scale.least);
    last = Math.min(last + 1, scale.greatest);
  }
  let text = `\n${padText("value", 16)}  ------------- Distribution ------------- count    \n`;
  const emptyBar = bar(0n, total, positives, negatives);
  for (let index = first; index <= last; index++) {
    const count = counts.get(index) ?? 0;
    const drawn = count === 0 ? emptyBar : bar(BigInt(count), total, positives, negatives);
    const shown = String(divideUnsigned(count, normalization)).padEnd(9);
    text += `${scale.label(index, first).padStart(16)} ${drawn} ${shown}\n`;
  }
  return text;
}
