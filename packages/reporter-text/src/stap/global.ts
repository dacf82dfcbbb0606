/** Aggregations as SystemTap prints, at its end, the globals that no probe has read. */
import {
  compareInt,
  compareKeys,
  divideInt,
  escapeText,
  isInt,
  normalizeInt,
  renderPrintf,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationState,
  type Int,
  type Value,
} from "@trace/core";
import { normalizationOf, type ShownAggregation } from "../dtrace/joined-rows.ts";
import { bucketTotal, divisorOf, elementValue } from "../element-value.ts";
import { renderHistogram } from "./histogram.ts";
import { stackAddresses } from "./backtrace.ts";

function keyText(value: Value): string {
  if (typeof value === "string") return `"${escapeText(value)}"`;
  if (isInt(value)) return String(value);
  return "frames" in value ? `"${stackAddresses(value)}"` : renderPrintf([{ kind: "g" }], [value]);
}

/** SystemTap's globals need a name; DTrace's nameless aggregation is `_`. */
function elementName({ name }: AggregationDeclaration, keys: readonly Value[]): string {
  return keys.length === 0 ? name : `${name}[${keys.map(keyText).join(",")}]`;
}

/** The extractors whose values `state` knows, in SystemTap's order. */
function extractors(
  declaration: AggregationDeclaration,
  state: AggregationState,
  normalization: Int,
): readonly (readonly [name: string, value: Int])[] {
  const value = elementValue(declaration, state, normalization);
  switch (state.kind) {
    case "count":
    case "buckets":
      return [["count", value]];
    case "sum":
    case "min":
    case "max":
      return [[state.kind, value]];
    case "avg":
      return [
        ["count", state.n],
        ["sum", divideInt(state.sum, divisorOf(normalization))],
        ["avg", value],
      ];
    case "stddev":
      return [
        ["count", state.n],
        ["sum", state.sum],
        ["avg", state.n === 0 ? 0 : divideInt(state.sum, state.n)],
        ["variance", variance(state)],
      ];
  }
}

/** That of a sample, as SystemTap has it: truncated, and 0 of fewer than two values. */
function variance({ n, sum, squares }: { n: Int; sum: Int; squares: Int }): Int {
  const count = BigInt(n);
  if (count < 2n) return 0;
  return normalizeInt((BigInt(squares) * count - BigInt(sum) ** 2n) / (count * (count - 1n)));
}

function rank(declaration: AggregationDeclaration, { state }: AggregationRow): Int {
  return state.kind === "buckets" ? bucketTotal(state.counts) : elementValue(declaration, state);
}

/** Greatest first. Equal ones have no order in SystemTap; here it is that of their keys. */
function orderRows({ declaration, snapshot }: ShownAggregation): readonly AggregationRow[] {
  const byKeys = compareKeys(declaration.keys);
  return snapshot.rows
    .map((row) => ({ row, rank: rank(declaration, row) }))
    .sort((a, b) => compareInt(b.rank, a.rank) || byKeys(a.row.keys, b.row.keys))
    .map(({ row }) => row);
}

/** A line for each element; below those of distributions, the histogram. */
export function renderGlobal(aggregation: ShownAggregation): string {
  const { declaration } = aggregation;
  const normalization = normalizationOf(aggregation);
  return orderRows(aggregation)
    .map(({ keys, state }) => {
      const values = extractors(declaration, state, normalization);
      const line = [elementName(declaration, keys), ...values.map(([name, value]) => `@${name}=${value}`)];
      const histogram =
        state.kind === "buckets" ? renderHistogram(declaration.function, state.counts, normalization) : "";
      return `${line.join(" ")}\n${histogram}`;
    })
    .join("");
}
