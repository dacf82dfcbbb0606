/** What a run has aggregated, as far as it has been told. */
import { mergeSnapshots, type AggregationDeclaration, type AggregationSnapshot } from "@trace/core";

interface Contribution {
  /** Number of the merge message that carries it to the environment that leads, from 1. */
  readonly sequence: number;
  readonly aggregations: readonly AggregationSnapshot[];
}

/**
 * The environment that leads holds everything: the others send it what they have aggregated since they last did, by
 * way of the tracer. What is still on its way is added here, so that nothing is missing from what is shown and nothing
 * counted twice, also when the process ends in between.
 */
export class CollectedAggregations {
  private readonly declarations: readonly AggregationDeclaration[];
  private last: readonly AggregationSnapshot[] = [];
  private lastMerged = 0;
  private onTheirWay: Contribution[] = [];
  private sequence = 0;

  constructor(declarations: readonly AggregationDeclaration[]) {
    this.declarations = declarations;
  }

  /** What the environment that leads has, with the first `merged` contributions in it. */
  lead(aggregations: readonly AggregationSnapshot[], merged: number): void {
    this.last = aggregations;
    this.lastMerged = merged;
    this.onTheirWay = this.onTheirWay.filter((one) => one.sequence > merged);
  }

  /** What another environment adds; to be sent to the one that leads. */
  contribute(aggregations: readonly AggregationSnapshot[]): void {
    this.onTheirWay.push({ sequence: ++this.sequence, aggregations });
  }

  /** Data of the environment that leads which had the first `merged` contributions in them, and those since. */
  completed(aggregations: readonly AggregationSnapshot[], merged: number): readonly AggregationSnapshot[] {
    const missing = this.onTheirWay.filter((one) => one.sequence > merged).flatMap((one) => one.aggregations);
    return aggregations.map((snapshot) => {
      const added = missing.filter((one) => one.name === snapshot.name && one.rows.length > 0);
      return added.length === 0 ? snapshot : mergeSnapshots(snapshot.name, [snapshot, ...added]);
    });
  }

  /** What all have together of the aggregations in `aggregations`, which one of the others has not told of before. */
  withAll(aggregations: readonly AggregationSnapshot[]): readonly AggregationSnapshot[] {
    const all = new Map(this.all().map((snapshot) => [snapshot.name, snapshot]));
    return aggregations.map((snapshot) => {
      const known = all.get(snapshot.name);
      return known === undefined ? snapshot : mergeSnapshots(snapshot.name, [snapshot, known]);
    });
  }

  /** All aggregations of the program, in declaration order. */
  all(): readonly AggregationSnapshot[] {
    const known = new Map(this.last.map((snapshot) => [snapshot.name, snapshot]));
    const complete = this.declarations.map(({ name }) => known.get(name) ?? { name, rows: [] });
    return this.completed(complete, this.lastMerged);
  }
}
