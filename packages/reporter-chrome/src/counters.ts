/** Aggregations as counters: a chart over time for each. */
import {
  bucketRange,
  formatFrame,
  isInt,
  quantizeValue,
  stateValue,
  type AggregatingFunction,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type Program,
  type Value,
} from "@trace/core";
import { jsonText } from "./json-text.ts";

/** Elements of one aggregation that are shown: more make no readable chart. */
export const maxSeries = 64;

/** One counter at one moment. */
export interface Counter {
  readonly name: string;
  /** The object of its series, as JSON. */
  readonly series: string;
}

/** Turns aggregations into counters. An element once shown is shown from then on. */
export class Counters {
  readonly #declarations: ReadonlyMap<string, AggregationDeclaration>;
  readonly #shown = new Map<string, Set<string>>();
  #leftOut = 0;

  constructor(program: Program) {
    this.#declarations = new Map(program.aggregations.map((one) => [one.name, one]));
  }

  /** How many elements were not shown, over all moments. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** The counters of `snapshot`: one with a series for each key, or for a distribution one for each key. */
  read(snapshot: AggregationSnapshot): readonly Counter[] {
    const fn = this.#declarations.get(snapshot.name)?.function;
    if (fn === undefined) return [];
    const title = snapshot.name === "_" ? "@" : `@${snapshot.name}`;
    const divisor = Number(snapshot.normalization ?? 1);
    const scalars: string[] = [];
    const counters: Counter[] = [];
    for (const [label, row] of this.#choose(snapshot)) {
      const { state } = row;
      if (state.kind === "buckets") {
        const series = [...state.counts]
          .sort(([a], [b]) => a - b)
          .map(([index, count]) => `${jsonText(rangeText(fn, index))}:${Number(count) / divisor}`);
        counters.push({ name: label === "" ? title : `${title}[${label}]`, series: series.join(",") });
      } else if (!("value" in state) || state.value !== undefined) {
        const value = Number(stateValue(fn, state, quantizeValue)) / divisor;
        scalars.push(`${jsonText(label === "" ? "value" : label)}:${value}`);
      }
    }
    if (scalars.length > 0) counters.push({ name: title, series: scalars.join(",") });
    return counters;
  }

  #choose({ name, rows }: AggregationSnapshot): [string, AggregationRow][] {
    let shown = this.#shown.get(name);
    if (shown === undefined) {
      shown = new Set();
      this.#shown.set(name, shown);
    }
    const chosen: [string, AggregationRow][] = [];
    for (const row of rows) {
      const label = row.keys.map(keyText).join(", ");
      if (!shown.has(label) && shown.size >= maxSeries) {
        this.#leftOut++;
        continue;
      }
      shown.add(label);
      chosen.push([label, row]);
    }
    return chosen;
  }
}

function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (isInt(key)) return key.toString();
  if ("float" in key) return String(key.float);
  const [innermost] = key.frames;
  return innermost === undefined ? "(no stack)" : formatFrame(innermost);
}

function rangeText(fn: AggregatingFunction, index: number): string {
  const { low, high } = bucketRange(fn, index);
  if (low === undefined) return `.. ${high}`;
  if (high === undefined) return `${low} ..`;
  return low === high ? `${low}` : `${low} .. ${high}`;
}
