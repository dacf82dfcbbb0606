/** Merging what several CPUs, threads, processes or hosts aggregated. */
import { isInt, type Value } from "../value/value.ts";
import { copyState, mergeState } from "./aggregate.ts";
import type { AggregationRow, AggregationSnapshot } from "./snapshot.ts";

/** A string that is equal for equal keys and differs for different ones: the identity of an aggregation's element. */
export function keyIdentity(keys: readonly Value[]): string {
  return keys.map(valueIdentity).join("");
}

function valueIdentity(value: Value): string {
  if (isInt(value)) return `i${value};`;
  if (typeof value === "string") return `s${value.length}:${value}`;
  if ("float" in value) return `f${value.float};`;
  return `k${value.frames.map((frame) => frame.address).join(",")};`;
}

/** All of `snapshots`, of one aggregation, as one. The last normalization given counts. */
export function mergeSnapshots(name: string, snapshots: readonly AggregationSnapshot[]): AggregationSnapshot {
  const rows = new Map<string, AggregationRow>();
  let normalization: AggregationSnapshot["normalization"];
  for (const snapshot of snapshots) {
    normalization = snapshot.normalization ?? normalization;
    for (const row of snapshot.rows) {
      const identity = keyIdentity(row.keys);
      const known = rows.get(identity);
      if (known === undefined) rows.set(identity, { keys: row.keys, state: copyState(row.state) });
      else mergeState(known.state, row.state);
    }
  }
  return { name, rows: [...rows.values()], ...(normalization === undefined ? {} : { normalization }) };
}
