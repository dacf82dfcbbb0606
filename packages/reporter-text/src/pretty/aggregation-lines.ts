/** An aggregation as `pretty` shows it: a line, a table by key, or a distribution. */
import { divideInt, keyIdentity, type AggregationRow, type AggregationState, type Int } from "@trace/core";
import { normalizationOf, type ShownAggregation } from "../dtrace/joined-rows.ts";
import { bucketTotal, divisorOf, elementValue } from "../element-value.ts";
import type { Unit } from "../text-style.ts";
import { boundText, distributionLines, shownPercentiles } from "./distribution.ts";
import { percentileBucket } from "./percentile.ts";
import { rateText, scaledValue, shareText } from "./scaled-value.ts";
import { roomBeside, tableLines, type Column } from "./table.ts";
import type { Theme } from "./theme.ts";
import { valueLines } from "./value-text.ts";

/** What is shown besides the data of an aggregation. */
export interface AggregationView {
  readonly aggregation: ShownAggregation;
  /** What is shown, in order. */
  readonly rows: readonly AggregationRow[];
  /** What shares are parts of, where `rows` are not all. Default: the sum of their amounts. */
  readonly whole?: number;
  readonly unit: Unit;
  /** Growth per second by `keyIdentity`, of counts, sums and distributions. */
  readonly rates?: ReadonlyMap<string, number>;
}

/** Bars take at most so many columns of the terminal; fewer than the least show nothing. */
const WIDEST_BAR = 40;
const NARROWEST_BAR = 4;

/** Values that share a whole: what `share`, bars and rates are made of. Undefined for those that do not add up. */
function amountOf(state: AggregationState): Int | undefined {
  switch (state.kind) {
    case "count":
      return state.n;
    case "sum":
      return state.sum;
    case "buckets":
      return bucketTotal(state.counts);
    default:
      return undefined;
  }
}

/** The amounts of all rows and their sum, where each is one and none is negative. */
function amountsOf(rows: readonly AggregationRow[]): readonly number[] | undefined {
  const amounts: number[] = [];
  for (const { state } of rows) {
    const amount = amountOf(state);
    if (amount === undefined || amount < 0) return undefined;
    amounts.push(Number(amount));
  }
  return amounts;
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

/** The sum of the amounts of all `rows`, where they have one: the whole that shares are parts of. */
export function wholeOf(rows: readonly AggregationRow[]): number | undefined {
  const amounts = amountsOf(rows);
  return amounts === undefined ? undefined : sumOf(amounts);
}

/** The amount of each element, by `keyIdentity`: the difference of two such over time is a rate. */
export function elementAmounts({ rows }: ShownAggregation["snapshot"]): ReadonlyMap<string, Int> {
  const amounts = new Map<string, Int>();
  for (const { keys, state } of rows) {
    const amount = amountOf(state);
    if (amount !== undefined) amounts.set(keyIdentity(keys), amount);
  }
  return amounts;
}

/** The columns of values, by what the function knows. */
function valueColumns({ aggregation, rows, unit }: AggregationView, theme: Theme): readonly Column[] {
  const { declaration } = aggregation;
  const { name } = declaration.function;
  const normalization = normalizationOf(aggregation);
  const column = (
    head: string,
    valueUnit: Unit,
    value: (state: AggregationState) => Int | undefined,
  ): Column => ({
    head,
    right: true,
    cells: rows.map(({ state }) => {
      const one = value(state);
      return [one === undefined ? "" : scaledValue(one, valueUnit, theme.unicode)];
    }),
  });
  const shown = (state: AggregationState): Int => elementValue(declaration, state, normalization);
  const values = (state: AggregationState): Int | undefined => ("n" in state ? state.n : undefined);
  switch (name) {
    case "count":
      return [column(name, "none", shown)];
    case "sum":
    case "min":
    case "max":
      return [column(name, unit, shown)];
    case "avg":
      return [column(name, unit, shown), column("count", "none", values)];
    case "stddev":
      return [
        column("avg", unit, (state) =>
          state.kind === "stddev" && state.n !== 0
            ? divideInt(divideInt(state.sum, divisorOf(normalization)), state.n)
            : 0,
        ),
        column(name, unit, shown),
        column("count", "none", values),
      ];
    case "quantize":
    case "lquantize":
    case "llquantize":
      return [
        column("count", "none", shown),
        ...shownPercentiles.map((percent) => ({
          head: `p${percent} ${theme.atMost}`,
          right: true,
          cells: rows.map(({ state }) =>
            state.kind === "buckets"
              ? [boundText(percentileBucket(declaration.function, state.counts, percent), unit, theme)]
              : [],
          ),
        })),
      ];
  }
}

/** Small distributions side by side over the same buckets. */
function sparklineColumn(rows: readonly AggregationRow[], room: number, theme: Theme): Column | undefined {
  let first = Infinity;
  let last = -Infinity;
  for (const { state } of rows) {
    if (state.kind !== "buckets") return undefined;
    for (const index of state.counts.keys()) {
      first = Math.min(first, index);
      last = Math.max(last, index);
    }
  }
  if (last < first || last - first >= room) return undefined;
  return {
    head: "",
    paint: theme.accent,
    cells: rows.map(({ state }) => {
      if (state.kind !== "buckets") return [];
      const { counts } = state;
      const sizes = Array.from({ length: last - first + 1 }, (_, at) => Number(counts.get(first + at) ?? 0));
      const greatest = Math.max(...sizes, 1);
      return [theme.sparkline(sizes.map((size) => size / greatest)).trimEnd()];
    }),
  };
}

function barColumn(amounts: readonly number[], room: number, theme: Theme): Column | undefined {
  if (room < NARROWEST_BAR) return undefined;
  const greatest = Math.max(...amounts, 1);
  const width = Math.min(room, WIDEST_BAR);
  return {
    head: "",
    paint: theme.accent,
    cells: amounts.map((amount) => [theme.bar(amount / greatest, width)]),
  };
}

function tableColumns(view: AggregationView, theme: Theme): readonly Column[] {
  const { aggregation, rows, rates, unit } = view;
  const { keys, function: fn } = aggregation.declaration;
  const columns: Column[] = keys.map((type, at) => ({
    head: at === 0 ? "key" : "",
    shrinks: true,
    right: type.kind === "integer",
    cells: rows.map((row) => valueLines(row.keys[at] ?? "")),
  }));
  columns.push(...valueColumns(view, theme));
  const amounts = amountsOf(rows);
  if (amounts === undefined) return columns;
  if (rates !== undefined)
    columns.push({
      head: "rate",
      right: true,
      cells: rows.map((row) => {
        const rate = rates.get(keyIdentity(row.keys));
        return [rate === undefined ? "" : rateText(rate, fn.name === "sum" ? unit : "none", theme.unicode)];
      }),
    });
  const total = view.whole ?? sumOf(amounts);
  if (keys.length === 0 || total === 0) return columns;
  columns.push({
    head: "share",
    right: true,
    paint: theme.faint,
    cells: amounts.map((amount) => [shareText(amount / total)]),
  });
  const room = roomBeside(columns, theme);
  const drawn = sparklineColumn(rows, room, theme) ?? barColumn(amounts, room, theme);
  if (drawn !== undefined) columns.push(drawn);
  return columns;
}

/** `@name` of an aggregation; the nameless one is `@`. */
function titleOf({ declaration }: ShownAggregation, theme: Theme): string {
  const { name, function: fn } = declaration;
  return `${theme.title(name === "_" ? "@" : `@${name}`)} ${theme.faint(fn.name)}`;
}

/** The lines of an aggregation, a title first; none for one without elements. */
export function aggregationLines(view: AggregationView, theme: Theme): readonly string[] {
  const { aggregation, rows, unit, rates } = view;
  const only = rows[0];
  if (only === undefined) return [];
  const { declaration } = aggregation;
  const title = titleOf(aggregation, theme);
  if (declaration.keys.length > 0 || only.state.kind !== "buckets")
    return [title, ...tableLines(tableColumns(view, theme), theme)];
  const rate = rates?.get(keyIdentity(only.keys));
  return [
    rate === undefined ? title : `${title}  ${rateText(rate, "none", theme.unicode)}`,
    ...distributionLines(declaration.function, only.state.counts, normalizationOf(aggregation), unit, theme),
  ];
}
