/** Snapshots beside what the program says of them. */
import type { AggregationSnapshot, Program } from "@trace/core";
import type { ShownAggregation } from "./dtrace/joined-rows.ts";

/** Finds the declarations of snapshots; those of no declared aggregation are left out. */
export function declaredAggregations(
  program: Program,
): (snapshots: readonly AggregationSnapshot[]) => readonly ShownAggregation[] {
  const declarations = new Map(program.aggregations.map((one) => [one.name, one]));
  return (snapshots) =>
    snapshots.flatMap((snapshot) => {
      const declaration = declarations.get(snapshot.name);
      return declaration === undefined ? [] : [{ declaration, snapshot }];
    });
}
