/** The data of an aggregation at one moment: what backends send and reporters show. */
import type { Int } from "../value/integer.ts";
import type { Value } from "../value/value.ts";
import type { AggregationState } from "./aggregating-function.ts";

/** One element of an aggregation. */
export interface AggregationRow {
  readonly keys: readonly Value[];
  readonly state: AggregationState;
}

/** All elements of an aggregation, unordered: reporters sort. */
export interface AggregationSnapshot {
  /** Its name in the program, where its function and key types are declared. */
  readonly name: string;
  readonly rows: readonly AggregationRow[];
  /** What `normalize` set; values are shown divided by it. Default 1. */
  readonly normalization?: Int;
}
