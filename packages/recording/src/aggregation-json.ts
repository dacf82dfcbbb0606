/** Aggregations as JSON: values as they were aggregated, buckets with the range of values they hold. */
import {
  bucketRange,
  divideInt,
  orderRows,
  standardDeviation,
  typeName,
  valueToJson,
  type AggregatingFunction,
  type AggregationDeclaration,
  type AggregationSnapshot,
  type AggregationState,
} from "@trace/core";

function stateJson(fn: AggregatingFunction, state: AggregationState): object {
  switch (state.kind) {
    case "count":
      return { value: valueToJson(state.n) };
    case "sum":
      return { value: valueToJson(state.sum) };
    case "min":
    case "max":
      return { value: state.value === undefined ? null : valueToJson(state.value) };
    case "avg":
      return {
        value: state.n === 0 ? null : valueToJson(divideInt(state.sum, state.n)),
        count: valueToJson(state.n),
        sum: valueToJson(state.sum),
      };
    case "stddev":
      return {
        value: state.n === 0 ? null : valueToJson(standardDeviation(state)),
        count: valueToJson(state.n),
        sum: valueToJson(state.sum),
        squares: valueToJson(state.squares),
      };
    case "buckets":
      return {
        buckets: [...state.counts]
          .sort(([a], [b]) => a - b)
          .map(([index, count]) => {
            const { low, high } = bucketRange(fn, index);
            return {
              low: low === undefined ? null : valueToJson(low),
              high: high === undefined ? null : valueToJson(high),
              count: valueToJson(count),
            };
          }),
      };
  }
}

/** One aggregation, its rows by value and then by keys, ascending. */
export function aggregationJson(declaration: AggregationDeclaration, snapshot: AggregationSnapshot): object {
  const { name: fn, ...parameters } = declaration.function;
  return {
    name: snapshot.name,
    function: fn,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    keyTypes: declaration.keys.map(typeName),
    normalization: valueToJson(snapshot.normalization ?? 1),
    rows: orderRows(declaration, snapshot.rows).map(({ keys, state }) => ({
      keys: keys.map(valueToJson),
      ...stateJson(declaration.function, state),
    })),
  };
}
