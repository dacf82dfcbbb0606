/** Rows as `pretty` orders them: the greatest first, unless the program says otherwise. */
import { compareInt, compareKeys, orderRows, type AggregationRow, type ProgramOptions } from "@trace/core";
import { joinRows, type ShownAggregation } from "../dtrace/joined-rows.ts";
import { bucketTotal } from "../element-value.ts";

/** The rows of `aggregation`, by value or, distributions, by how many values they hold. */
export function prettyOrder(
  aggregation: ShownAggregation,
  sort: ProgramOptions["sort"],
): readonly AggregationRow[] {
  const { declaration, snapshot } = aggregation;
  if (sort !== undefined)
    return joinRows([aggregation], sort).flatMap(({ keys, states }) =>
      states[0] === undefined ? [] : [{ keys, state: states[0] }],
    );
  if (!snapshot.rows.some(({ state }) => state.kind === "buckets"))
    return orderRows(declaration, snapshot.rows).reverse();
  const byKeys = compareKeys(declaration.keys);
  return snapshot.rows
    .map((row) => ({ row, total: row.state.kind === "buckets" ? bucketTotal(row.state.counts) : 0 }))
    .sort((a, b) => compareInt(b.total, a.total) || byKeys(a.row.keys, b.row.keys))
    .map(({ row }) => row);
}
