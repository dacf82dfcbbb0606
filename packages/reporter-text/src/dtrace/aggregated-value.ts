/**
 * The integer that stands for an element of an aggregation, normalized. DTrace divides counts, sums and extremes as
 * unsigned in tables and by the conversion's sign in formats (libdtrace's dt_print_datum, pfprint_sint, pfprint_uint), so
 * a negative sum that is normalized looks as odd here as there.
 */
import {
  divideInt,
  normalizeInt,
  standardDeviation,
  stateValue,
  type AggregatingFunction,
  type AggregationState,
  type Conversion,
  type Int,
} from "@trace/core";

/** `value / divisor` of 64-bit integers read as unsigned; the result read as signed. Division by 0 divides by 1. */
export function divideUnsigned(value: Int, divisor: Int): Int {
  if (divisor === 1 || divisor === 0) return asSigned(value);
  if (typeof value === "number" && typeof divisor === "number" && value >= 0 && divisor > 0)
    return divideInt(value, divisor);
  return asSigned(unsigned(value) / unsigned(divisor));
}

function divideSigned(value: Int, divisor: Int): Int {
  const by = asSigned(divisor);
  return by === 0 ? asSigned(value) : divideInt(asSigned(value), by);
}

function unsigned(value: Int): bigint {
  return BigInt.asUintN(64, BigInt(value));
}

function asSigned(value: Int): Int {
  return typeof value === "number" ? value : normalizeInt(BigInt.asIntN(64, value));
}

/** The value of `state` in a table. */
export function tableValue(fn: AggregatingFunction, state: AggregationState, normalization: Int): Int {
  const divisor = normalization === 0 ? 1 : normalization;
  switch (state.kind) {
    case "avg":
      return state.n === 0 ? 0 : divideInt(divideSigned(state.sum, divisor), state.n);
    case "stddev":
      return standardDeviation(state, divisor);
    default:
      return divideUnsigned(
        stateValue(fn, state, () => 0),
        divisor,
      );
  }
}

/** The value of `state` for a conversion of a format (`%@d`, `%@x`). */
export function formattedValue(
  fn: AggregatingFunction,
  state: AggregationState,
  normalization: Int,
  conversion: Conversion,
): Int {
  const divisor = normalization === 0 ? 1 : normalization;
  switch (state.kind) {
    case "avg":
      return state.n === 0 ? 0 : asSigned(unsigned(state.sum) / unsigned(divisor) / unsigned(state.n));
    case "stddev":
      return standardDeviation(state, divisor);
    default: {
      const value = stateValue(fn, state, () => 0);
      return conversion.kind === "d" ? divideSigned(value, divisor) : divideUnsigned(value, divisor);
    }
  }
}
