/** What a clause does, besides feeding aggregations and setting variables. */
import type { Statement } from "../ir/statement.ts";
import { int64 } from "../value/type.ts";
import type { AggregationActions } from "./declarations.ts";
import { parseFormat, parseTableFormat, type FormatArguments } from "./format.ts";
import { integerValue, type AnyValue, type IntegerOperand, type IntegerValue } from "./values.ts";

/**
 * Output of values: `printf("%s: %d\n", args.country, args.cents)`. Conversions are those of printf(3) without length
 * modifiers, `%Y` for nanoseconds since 1970 as a date, and `%S` for a string with escapes. TypeError where format and
 * values do not agree.
 */
export function printf<const F extends string>(format: F, ...values: FormatArguments<F>): Statement {
  const given = values as readonly AnyValue[];
  return {
    kind: "printf",
    format: parseFormat(format, given),
    arguments: given.map(({ expression }) => expression),
  };
}

/** Output of aggregations as they are, as tables, rows of several joined by key. */
export function printa(...aggregations: readonly [AggregationActions, ...AggregationActions[]]): Statement {
  return { kind: "printa", aggregations: aggregations.map(({ name }) => name) };
}

/** Output of aggregations, a line a key: `%s` and `%d` take keys in order, `%@d` an aggregation's value. */
export function printTable(
  format: string,
  ...aggregations: readonly [AggregationActions, ...AggregationActions[]]
): Statement {
  return { ...printa(...aggregations), format: parseTableFormat(format) } as Statement;
}

/** Output of one value, laid out by its type. */
export function trace(value: AnyValue): Statement {
  return { kind: "trace", value: value.expression };
}

/** Ends the program, with a status of 0 to 255. The rest of the clause still runs. */
export function exit(status: IntegerOperand = 0): Statement {
  return { kind: "exit", status: integerValue(status, int64).expression };
}

/** Does `then` where `condition` holds, else `otherwise`. */
export function when(
  condition: IntegerValue,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement {
  // oxlint-disable-next-line unicorn/no-thenable -- the IR names it so; nobody awaits a statement
  return { kind: "if", condition: condition.expression, then, otherwise };
}
