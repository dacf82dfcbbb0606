/** Aggregations as bpftrace prints its maps. */
import {
  compareInt,
  compareKeys,
  type AggregationDeclaration,
  type AggregationRow,
  type Int,
  type Value,
} from "@trace/core";
import { normalizationOf, type ShownAggregation } from "../dtrace/joined-rows.ts";
import { elementValue } from "../element-value.ts";
import { renderHistogram } from "./histogram.ts";
import { valueText } from "./value-text.ts";

/** `@name`; the nameless one is `@`. */
export function mapName(name: string): string {
  return name === "_" ? "@" : `@${name}`;
}

function keyText(keys: readonly Value[]): string {
  return keys.length === 0 ? "" : `[${keys.map(valueText).join(", ")}]`;
}

/** bpftrace orders extremes as if they were unsigned, all else by its sign, distributions by how many values they hold. */
function rank(declaration: AggregationDeclaration, { state }: AggregationRow): Int {
  const value = elementValue(declaration, state);
  return state.kind === "min" || state.kind === "max" ? BigInt.asUintN(64, BigInt(value)) : value;
}

/** By value, ascending. Equal ones have no order in bpftrace; here it is that of their keys. */
function orderRows({ declaration, snapshot }: ShownAggregation): readonly AggregationRow[] {
  const byKeys = compareKeys(declaration.keys);
  return snapshot.rows
    .map((row) => ({ row, rank: rank(declaration, row) }))
    .sort((a, b) => compareInt(a.rank, b.rank) || byKeys(a.row.keys, b.row.keys))
    .map(({ row }) => row);
}

/** All elements of one aggregation. */
export function renderMap(aggregation: ShownAggregation): string {
  const { declaration } = aggregation;
  const name = mapName(declaration.name);
  const normalization = normalizationOf(aggregation);
  return orderRows(aggregation)
    .map(({ keys, state }) => {
      const title = `${name}${keyText(keys)}:`;
      return state.kind === "buckets"
        ? `${title}\n${renderHistogram(declaration.function, state.counts, normalization)}\n`
        : `${title} ${elementValue(declaration, state, normalization)}\n`;
    })
    .join("");
}
