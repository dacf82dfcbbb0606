/** Elements of one or several aggregations side by side, by key, in DTrace's order. */
import {
  compareKeys,
  compareRanks,
  emptyState,
  keyIdentity,
  stateRank,
  type AggregationDeclaration,
  type AggregationSnapshot,
  type AggregationState,
  type Int,
  type ProgramOptions,
  type StateRank,
  type Value,
} from "@trace/core";

/** An aggregation: what the program says of it and what it holds. */
export interface ShownAggregation {
  readonly declaration: AggregationDeclaration;
  readonly snapshot: AggregationSnapshot;
}

/** One key with the state that each of the aggregations has for it. */
export interface JoinedRow {
  readonly keys: readonly Value[];
  readonly states: readonly AggregationState[];
}

/** `normalize`'s factor of an aggregation. */
export function normalizationOf({ snapshot }: ShownAggregation): Int {
  return snapshot.normalization ?? 1;
}

/** What stands for an aggregation without an element for a key that another one has: all zero. */
function zeroState({ declaration }: ShownAggregation): AggregationState {
  const state = emptyState(declaration.function);
  return state.kind === "min" || state.kind === "max" ? { kind: state.kind, value: 0 } : state;
}

/** All rows of `aggregations`, joined by key and ordered as `sort` says (dtrace(1), aggsortkey and its kin). */
export function joinRows(
  aggregations: readonly ShownAggregation[],
  sort: ProgramOptions["sort"] = { by: "value" },
): readonly JoinedRow[] {
  const joined = new Map<string, { keys: readonly Value[]; states: (AggregationState | undefined)[] }>();
  for (const [at, { snapshot }] of aggregations.entries()) {
    for (const { keys, state } of snapshot.rows) {
      const identity = keyIdentity(keys);
      let row = joined.get(identity);
      if (row === undefined) {
        row = { keys, states: [] };
        joined.set(identity, row);
      }
      row.states[at] = state;
    }
  }
  const rows = Array.from(joined.values(), ({ keys, states }) => ({
    keys,
    states: aggregations.map((one, at) => states[at] ?? zeroState(one)),
  }));
  return sortRows(rows, aggregations, sort);
}

function sortRows(
  rows: readonly JoinedRow[],
  aggregations: readonly ShownAggregation[],
  { by, position = 1, reverse = false }: NonNullable<ProgramOptions["sort"]>,
): readonly JoinedRow[] {
  const place = position - 1;
  const byKeys = compareKeys(aggregations[0]?.declaration.keys ?? [], by === "key" ? place : 0);
  const firstValue = by === "value" && place < aggregations.length ? place : 0;
  const ranked = rows.map((row) => ({
    row,
    ranks: aggregations.map(({ declaration }, at) =>
      stateRank(declaration.function, row.states[at] ?? emptyState(declaration.function)),
    ),
  }));
  const byValues = (a: readonly StateRank[], b: readonly StateRank[]): number => {
    for (let n = 0; n < aggregations.length; n++) {
      const at = (firstValue + n) % aggregations.length;
      const left = a[at];
      const right = b[at];
      const order = left === undefined || right === undefined ? 0 : compareRanks(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
  const sign = reverse ? -1 : 1;
  return ranked
    .sort((a, b) => {
      const keys = byKeys(a.row.keys, b.row.keys);
      return sign * (by === "key" ? keys || byValues(a.ranks, b.ranks) : byValues(a.ranks, b.ranks) || keys);
    })
    .map(({ row }) => row);
}
