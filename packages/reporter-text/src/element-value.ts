/** The integer that an element of an aggregation shows, outside DTrace's style. */
import {
  addInt,
  divideInt,
  normalizeInt,
  standardDeviation,
  stateValue,
  type AggregationDeclaration,
  type AggregationState,
  type Int,
} from "@trace/core";

/**
 * What `state` shows, divided by `normalization`: its sign is that of the aggregated type, quotients are cut toward zero,
 * an extreme without a value is 0, and a distribution shows how many values it holds.
 */
export function elementValue(
  declaration: AggregationDeclaration,
  state: AggregationState,
  normalization: Int = 1,
): Int {
  const divisor = divisorOf(normalization);
  switch (state.kind) {
    case "buckets":
      return divideInt(bucketTotal(state.counts), divisor);
    case "stddev":
      return standardDeviation(state, divisor);
    case "count":
      return divideInt(state.n, divisor);
    case "avg":
      return divideInt(
        stateValue(declaration.function, state, () => 0),
        divisor,
      );
    case "sum":
      return divideInt(typed(declaration, state.sum), divisor);
    case "min":
    case "max":
      return divideInt(typed(declaration, state.value ?? 0), divisor);
  }
}

/** How many values, by weight, `counts` of a distribution hold. */
export function bucketTotal(counts: ReadonlyMap<number, Int>): Int {
  let total: Int = 0;
  for (const count of counts.values()) total = addInt(total, count);
  return total;
}

/** `value` read with the sign of the aggregated type: sums are kept signed, whatever was summed. */
function typed({ value: type }: AggregationDeclaration, value: Int): Int {
  const signed = type.kind !== "integer" || type.signed;
  if (typeof value === "number" && (signed || value >= 0)) return value;
  return normalizeInt(signed ? BigInt.asIntN(64, BigInt(value)) : BigInt.asUintN(64, BigInt(value)));
}

/** What values are divided by: DTrace divides by 1 where a program normalizes by 0. */
export function divisorOf(normalization: Int): Int {
  return normalization === 0 ? 1 : normalization;
}
