/** Aggregations as `printa` shows them. */
import { renderPrintf, type PrintfFormat, type ProgramOptions } from "@trace/core";
import { formattedValue } from "./aggregated-value.ts";
import { renderHistogram } from "./histogram.ts";
import { joinRows, normalizationOf, type JoinedRow, type ShownAggregation } from "./joined-rows.ts";
import { renderTableRow } from "./table.ts";

/** The text of a printa: a table after a line break, or `format` for each row. Empty aggregations show no row. */
export function renderPrinta(
  aggregations: readonly ShownAggregation[],
  format: PrintfFormat | undefined,
  sort: ProgramOptions["sort"],
): string {
  const rows = joinRows(aggregations, sort);
  return format === undefined
    ? `\n${rows.map((row) => renderTableRow(aggregations, row)).join("")}`
    : rows.map((row) => renderFormattedRow(aggregations, row, format)).join("");
}

function renderFormattedRow(
  aggregations: readonly ShownAggregation[],
  row: JoinedRow,
  format: PrintfFormat,
): string {
  return renderPrintf(format, row.keys, {
    aggregate: (nth, conversion) => {
      // Conversions beyond the last aggregation show that one again (dt_printf_format).
      const at = Math.min(nth, aggregations.length - 1);
      const aggregation = aggregations[at];
      const state = row.states[at];
      if (aggregation === undefined || state === undefined) return 0;
      const fn = aggregation.declaration.function;
      const normalization = normalizationOf(aggregation);
      return state.kind === "buckets"
        ? { text: renderHistogram(fn, state.counts, normalization) }
        : formattedValue(fn, state, normalization, conversion);
    },
  });
}
