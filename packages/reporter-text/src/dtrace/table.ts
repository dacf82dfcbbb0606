/** Aggregations as DTrace prints them without a format: keys and values in columns. */
import {
  isInt,
  padText,
  renderPrintf,
  type AggregationState,
  type Int,
  type Type,
  type Value,
} from "@trace/core";
import { tableValue } from "./aggregated-value.ts";
import { renderHistogram } from "./histogram.ts";
import { normalizationOf, type JoinedRow, type ShownAggregation } from "./joined-rows.ts";
import { renderStackBlock } from "./stack-block.ts";

/** Columns of an integer key by its width. Those of 8 and 16 bits are shown unsigned (dt_print_datum). */
const INTEGER_COLUMNS = { 8: 3, 16: 5, 32: 8, 64: 16 } as const;

function keyCell(type: Type | undefined, value: Value): string {
  if (typeof value === "string") return `  ${padText(value, 50, true)}`;
  if (isInt(value)) {
    const bits = type?.kind === "integer" ? type.bits : 64;
    return ` ${String(storedInteger(value, bits)).padStart(INTEGER_COLUMNS[bits])}`;
  }
  if ("frames" in value) return renderStackBlock(value);
  return ` ${renderPrintf([{ kind: "g", width: 16 }], [value])}`;
}

function storedInteger(value: Int, bits: keyof typeof INTEGER_COLUMNS): bigint {
  return bits < 32 ? BigInt.asUintN(bits, BigInt(value)) : BigInt.asIntN(bits, BigInt(value));
}

function valueCell(aggregation: ShownAggregation, state: AggregationState): string {
  const { declaration } = aggregation;
  const normalization = normalizationOf(aggregation);
  if (state.kind === "buckets") return renderHistogram(declaration.function, state.counts, normalization);
  return ` ${String(tableValue(declaration.function, state, normalization)).padStart(16)}`;
}

/** One row, with its line break. */
export function renderTableRow(aggregations: readonly ShownAggregation[], row: JoinedRow): string {
  const types = aggregations[0]?.declaration.keys ?? [];
  const keys = row.keys.map((key, at) => keyCell(types[at], key));
  const values = aggregations.map((one, at) => {
    const state = row.states[at];
    return state === undefined ? "" : valueCell(one, state);
  });
  return `${keys.join("")}${values.join("")}\n`;
}
