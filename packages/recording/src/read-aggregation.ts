/** Aggregations from JSON: the inverse of `aggregation-json.ts`. */
import {
  bucketIndex,
  type AggregatingFunction,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type AggregationState,
  type Int,
} from "@trace/core";
import {
  Malformed,
  readFields,
  readInt,
  readIntOrNone,
  readList,
  readString,
  readValue,
  type Fields,
} from "./fields.ts";

/** The snapshot in `json`, of one of `declarations`. */
export function readAggregation(
  json: unknown,
  declarations: ReadonlyMap<string, AggregationDeclaration>,
): AggregationSnapshot {
  const fields = readFields(json, "an aggregation");
  const name = readString(fields, "name");
  const declaration = declarations.get(name);
  if (declaration === undefined) throw new Malformed(`the program has no aggregation '${name}'`);
  const rows = readList(fields, "rows", (row) => readRow(readFields(row, "a row"), declaration));
  const normalization = readInt(fields, "normalization");
  return { name, rows, ...(normalization === 1 ? {} : { normalization }) };
}

function readRow(fields: Fields, { function: fn, keys: types }: AggregationDeclaration): AggregationRow {
  const keys = readList(fields, "keys", readValue);
  if (keys.length !== types.length) throw new Malformed(`a row has ${keys.length} keys, not ${types.length}`);
  return { keys, state: readState(fields, fn) };
}

function readState(fields: Fields, fn: AggregatingFunction): AggregationState {
  switch (fn.name) {
    case "count":
      return { kind: "count", n: readInt(fields, "value") };
    case "sum":
      return { kind: "sum", sum: readInt(fields, "value") };
    case "min":
    case "max":
      return { kind: fn.name, value: readIntOrNone(fields, "value") };
    case "avg":
      return { kind: "avg", n: readInt(fields, "count"), sum: readInt(fields, "sum") };
    case "stddev":
      return {
        kind: "stddev",
        n: readInt(fields, "count"),
        sum: readInt(fields, "sum"),
        squares: readInt(fields, "squares"),
      };
    case "quantize":
    case "lquantize":
    case "llquantize":
      return {
        kind: "buckets",
        counts: new Map(readList(fields, "buckets", (json) => readBucket(json, fn))),
      };
  }
}

/** A bucket is known by any value that it holds. */
function readBucket(json: unknown, fn: AggregatingFunction): [index: number, count: Int] {
  const fields = readFields(json, "a bucket");
  const value = readIntOrNone(fields, "low") ?? readIntOrNone(fields, "high");
  if (value === undefined) throw new Malformed("a bucket is open on both sides");
  return [bucketIndex(fn, value), readInt(fields, "count")];
}
