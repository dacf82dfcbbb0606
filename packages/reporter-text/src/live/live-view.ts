/** The aggregations of a run in progress: the latest data, how they are ordered, and the lines that show them. */
import { keyIdentity, type AggregationRow, type AggregationSnapshot, type Program } from "@trace/core";
import { declaredAggregations } from "../declared-aggregations.ts";
import type { ShownAggregation } from "../dtrace/joined-rows.ts";
import { aggregationLines, wholeOf } from "../pretty/aggregation-lines.ts";
import { prettyOrder } from "../pretty/ordered-rows.ts";
import { truncateToWidth } from "../pretty/display-width.ts";
import type { Theme } from "../pretty/theme.ts";
import { aggregationUnits } from "../pretty/unit.ts";
import type { StyleOptions, Unit } from "../text-style.ts";
import { Growth, type Rates } from "./growth.ts";

/** By what rows are ordered. */
export type LiveSort = "value" | "rate" | "key";

const SORTS: readonly LiveSort[] = ["value", "rate", "key"];

interface Observed {
  readonly aggregation: ShownAggregation;
  readonly rates: Rates | undefined;
}

/** Title, heads, a row, and the empty line after: what an aggregation needs at least. */
const LEAST_LINES = 4;

export class LiveView {
  readonly #declared: ReturnType<typeof declaredAggregations>;
  readonly #units: ReadonlyMap<string, Unit>;
  readonly #growth = new Growth();
  #latest: readonly Observed[] = [];
  /** What is shown instead of the latest while paused. */
  #frozen: readonly Observed[] | undefined;
  #sort: LiveSort = "value";
  #isReversed = false;

  constructor(program: Program, options: StyleOptions) {
    this.#declared = declaredAggregations(program);
    this.#units = aggregationUnits(program, options.units);
  }

  /** Takes what the aggregations are at `at` milliseconds. */
  observe(snapshots: readonly AggregationSnapshot[], at: number): void {
    this.#latest = this.#declared(snapshots).map((aggregation) => ({
      aggregation,
      rates: this.#growth.observe(aggregation.snapshot, at),
    }));
  }

  /** Orders by the next of value, rate and key. */
  nextSort(): void {
    this.#sort = SORTS[(SORTS.indexOf(this.#sort) + 1) % SORTS.length] ?? "value";
  }

  reverse(): void {
    this.#isReversed = !this.#isReversed;
  }

  /** Keeps showing what is shown now, or goes on with the latest. Data go on arriving meanwhile. */
  togglePause(): void {
    this.#frozen = this.#frozen === undefined ? this.#latest : undefined;
  }

  /** One line: the keys and what they have set. */
  helpLine({ faint, title, width, ellipsis }: Theme): string {
    const paused = this.#frozen === undefined ? "" : "paused  ";
    const order = `${this.#sort}${this.#isReversed ? ", reversed" : ""}`;
    const help = `s sort: ${order}  r reverse  p pause  q quit`;
    return (
      (paused === "" ? "" : title(paused)) + faint(truncateToWidth(help, width - paused.length, ellipsis))
    );
  }

  /** The aggregations that have elements, in at most `height` lines if that is possible. */
  lines(theme: Theme, height: number = Infinity): readonly string[] {
    let left = (this.#frozen ?? this.#latest).filter(
      ({ aggregation }) => aggregation.snapshot.rows.length > 0,
    );
    let room = height;
    const lines: string[] = [];
    while (left[0] !== undefined) {
      const own = Math.floor(room / left.length);
      if (own < LEAST_LINES) {
        lines.push(theme.faint(`${theme.ellipsis} ${left.length} more aggregations`));
        break;
      }
      const block = this.#block(left[0], theme, left.length > 1 ? own - 1 : own);
      lines.push(...block, "");
      room -= block.length + 1;
      left = left.slice(1);
    }
    if (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** One aggregation in at most `height` lines, title and heads included. */
  #block({ aggregation, rates }: Observed, theme: Theme, height: number): readonly string[] {
    const all = this.#order(aggregation, rates);
    const whole = wholeOf(all);
    const lines = aggregationLines(
      {
        aggregation,
        rows: all.slice(0, height),
        unit: this.#units.get(aggregation.declaration.name) ?? "none",
        ...(rates === undefined ? {} : { rates }),
        ...(whole === undefined ? {} : { whole }),
      },
      theme,
    );
    const missing = Math.max(all.length, lines.length - 2) + 2 - height;
    return missing <= 0
      ? lines
      : [...lines.slice(0, height - 1), theme.faint(`${theme.ellipsis} ${missing + 1} more`)];
  }

  #order(aggregation: ShownAggregation, rates: Rates | undefined): readonly AggregationRow[] {
    const rows = [...prettyOrder(aggregation, this.#sort === "key" ? { by: "key" } : undefined)];
    if (this.#sort === "rate" && rates !== undefined) {
      const rateOf = ({ keys }: AggregationRow): number => rates.get(keyIdentity(keys)) ?? 0;
      rows.sort((a, b) => rateOf(b) - rateOf(a));
    }
    return this.#isReversed ? rows.reverse() : rows;
  }
}
