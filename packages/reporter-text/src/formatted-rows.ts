/** printa with a format: the rows of aggregations, joined by key, each laid out by the format. */
import { renderPrintf, type Int, type PrintfFormat, type ProgramOptions } from "@trace/core";
import { joinRows, normalizationOf, type ShownAggregation } from "./dtrace/joined-rows.ts";
import { elementValue } from "./element-value.ts";

/** Draws a distribution in the layout of a style. */
export type DrawHistogram = (aggregation: ShownAggregation, counts: ReadonlyMap<number, Int>) => string;

/** The text of all rows. */
export function renderFormattedRows(
  aggregations: readonly ShownAggregation[],
  format: PrintfFormat,
  sort: ProgramOptions["sort"],
  drawHistogram: DrawHistogram,
): string {
  return joinRows(aggregations, sort)
    .map(({ keys, states }) =>
      renderPrintf(format, keys, {
        aggregate: (nth) => {
          const at = Math.min(nth, aggregations.length - 1);
          const aggregation = aggregations[at];
          const state = states[at];
          if (aggregation === undefined || state === undefined) return 0;
          return state.kind === "buckets"
            ? { text: drawHistogram(aggregation, state.counts) }
            : elementValue(aggregation.declaration, state, normalizationOf(aggregation));
        },
      }),
    )
    .join("");
}
