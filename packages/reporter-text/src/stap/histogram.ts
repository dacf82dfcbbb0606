/** Distributions as SystemTap draws them: `@hist_log` of quantize, `@hist_linear` of lquantize. */
import {
  divideInt,
  linearLevels,
  linearValue,
  logLinearBounds,
  maxQuantizeIndex,
  quantizeValue,
  type AggregatingFunction,
  type Int,
} from "@trace/core";
import { divisorOf } from "../element-value.ts";

/** The most columns of a bar. */
const BAR = 50;
/** So many empty buckets are shown beside one that counts; what is further away is elided. */
const MARGIN = 2;

/** The buckets that there are, and their labels. */
interface Scale {
  readonly least: number;
  readonly greatest: number;
  /** Shown only where they count: what lies below and above the range. */
  readonly outside: readonly number[];
  label(index: number): string;
}

function scaleOf(fn: AggregatingFunction, hasNegatives: boolean): Scale {
  switch (fn.name) {
    case "lquantize": {
      const overflow = linearLevels(fn) + 1;
      return {
        least: 0,
        greatest: overflow,
        outside: [0, overflow],
        // The outliers are named by the bucket that is next to them.
        label: (index) => {
          if (index === 0) return `<${fn.low}`;
          return index === overflow ? `>${linearValue(overflow - 1, fn)}` : String(linearValue(index, fn));
        },
      };
    }
    case "llquantize": {
      const bounds = logLinearBounds(fn);
      const overflow = bounds.length;
      const bound = (index: number): Int => bounds[Math.abs(index) - 1] ?? 0;
      return {
        least: hasNegatives ? -overflow : 0,
        greatest: overflow,
        outside: [-overflow, overflow],
        label: (index) => (index < 0 ? `-${bound(index)}` : String(bound(index))),
      };
    }
    default:
      return {
        // One more than DTrace has: SystemTap's buckets go down to the least integer.
        least: hasNegatives ? -maxQuantizeIndex - 1 : 0,
        greatest: maxQuantizeIndex,
        outside: [],
        label: (index) => String(quantizeValue(index)),
      };
  }
}

/** From `MARGIN` buckets before the first that counts to as many after the last. */
function shownRange(indexes: readonly number[], scale: Scale): readonly [first: number, last: number] {
  let first = Math.max(Math.min(...indexes) - MARGIN, scale.least);
  let last = Math.min(Math.max(...indexes) + MARGIN, scale.greatest);
  if (scale.outside.includes(first) && !indexes.includes(first)) first++;
  if (scale.outside.includes(last) && !indexes.includes(last)) last--;
  return [first, last];
}

/** How many values a column of a bar stands for. */
function columnSize(greatest: Int): Int {
  return greatest <= BAR ? 1 : divideInt(BigInt(greatest) + BigInt(BAR) - 1n, BAR);
}

/**
 * The distribution `counts` of `fn`: a header, the buckets, and an empty line. An empty distribution, which is an error
 * in SystemTap, shows nothing.
 */
export function renderHistogram(
  fn: AggregatingFunction,
  counts: ReadonlyMap<number, Int>,
  normalization: Int = 1,
): string {
  const indexes = [...counts.keys()];
  if (indexes.length === 0) return "";
  const scale = scaleOf(
    fn,
    indexes.some((index) => index < 0),
  );
  const [first, last] = shownRange(indexes, scale);
  const count = (index: number): Int => divideInt(counts.get(index) ?? 0, divisorOf(normalization));
  let greatest: Int = 1;
  for (const index of indexes) if (count(index) > greatest) greatest = count(index);
  const perColumn = columnSize(greatest);
  const countWidth = Math.max(...indexes.map((index) => String(count(index)).length));

  let labelWidth = "value".length;
  for (let index = first; index <= last; index++)
    labelWidth = Math.max(labelWidth, scale.label(index).length);
  const isFarFromAll = (index: number): boolean => {
    for (let near = index - MARGIN; near <= index + MARGIN; near++) if (counts.has(near)) return false;
    return true;
  };

  let text = `${"value".padStart(labelWidth)} |${"-".repeat(BAR)} count\n`;
  let isEliding = false;
  for (let index = first; index <= last; index++) {
    if (isFarFromAll(index)) {
      if (!isEliding) text += `${" ".repeat(labelWidth)} ~\n`;
      isEliding = true;
      continue;
    }
    isEliding = false;
    const value = count(index);
    const bar = "@".repeat(Math.max(0, Number(divideInt(value, perColumn))));
    text += `${scale.label(index).padStart(labelWidth)} |${bar.padEnd(BAR)} ${String(value).padStart(countWidth)}\n`;
  }
  return `${text}\n`;
}
