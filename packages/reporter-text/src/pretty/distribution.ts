/** One distribution, drawn at full width: a line a bucket with its share, and what percentiles it bounds. */
import { bucketRange, divideInt, type AggregatingFunction, type BucketRange, type Int } from "@trace/core";
import { divisorOf } from "../element-value.ts";
import type { Unit } from "../text-style.ts";
import { percentileBucket } from "./percentile.ts";
import { scaledValue, shareText } from "./scaled-value.ts";
import { roomBeside, tableLines, type Column } from "./table.ts";
import type { Theme } from "./theme.ts";

/** The percentiles that are shown. */
export const shownPercentiles = [50, 90, 99] as const;

/** Columns that a bar has at most. */
const WIDEST_BAR = 60;

/** The values of a bucket: `512 ns .. 1.02 us`, `>= 1 s`. */
function rangeText({ low, high }: BucketRange, unit: Unit, theme: Theme): string {
  const text = (value: Int): string => scaledValue(value, unit, theme.unicode);
  if (low === undefined) return `${theme.atMost} ${text(high ?? 0)}`;
  if (high === undefined) return `${theme.atLeast} ${text(low)}`;
  return low === high ? text(low) : `${text(low)} .. ${text(high)}`;
}

/** The highest value that a percentile may have: an upper bound, or where the bucket is open its low end. */
export function boundText(bucket: BucketRange | undefined, unit: Unit, theme: Theme): string {
  if (bucket === undefined) return "-";
  const { low, high } = bucket;
  return high === undefined
    ? `${theme.atLeast} ${scaledValue(low ?? 0, unit, theme.unicode)}`
    : scaledValue(high, unit, theme.unicode);
}

/** The lines of `counts`; none for an empty distribution. */
export function distributionLines(
  fn: AggregatingFunction,
  counts: ReadonlyMap<number, Int>,
  normalization: Int,
  unit: Unit,
  theme: Theme,
): readonly string[] {
  const indexes = [...counts.keys()];
  if (indexes.length === 0) return [];
  const divisor = divisorOf(normalization);
  const all: number[] = [];
  for (let index = Math.min(...indexes); index <= Math.max(...indexes); index++) all.push(index);
  const sizes = all.map((index) => Math.max(0, Number(counts.get(index) ?? 0)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const greatest = Math.max(...sizes, 1);
  const columns: Column[] = [
    {
      head: "value",
      right: true,
      cells: all.map((index) => [rangeText(bucketRange(fn, index), unit, theme)]),
    },
    {
      head: "count",
      right: true,
      cells: all.map((index) => [scaledValue(divideInt(counts.get(index) ?? 0, divisor), "none", true)]),
    },
    {
      head: "share",
      right: true,
      cells: sizes.map((size) => [total === 0 ? "" : shareText(size / total)]),
      paint: theme.faint,
    },
  ];
  const room = Math.min(WIDEST_BAR, roomBeside(columns, theme));
  if (room > 0)
    columns.push({
      head: "",
      cells: sizes.map((size) => [theme.bar(size / greatest, room)]),
      paint: theme.accent,
    });
  const percentiles = shownPercentiles.map((percent) => {
    const bucket = percentileBucket(fn, counts, percent);
    const sign = bucket?.high === undefined ? "" : `${theme.atMost} `;
    return `p${percent} ${sign}${boundText(bucket, unit, theme)}`;
  });
  return [...tableLines(columns, theme), theme.faint(percentiles.join("   "))];
}
