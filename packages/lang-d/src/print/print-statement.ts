/** Statements of the IR as D. */
import type {
  AggregateStatement,
  AggregatingFunction,
  AggregationDeclaration,
  Expression,
  Statement,
} from "@trace/core";
import { aggregationName } from "./names.ts";
import { printConverted, printExpression } from "./print-expression.ts";
import { printFormat } from "./print-format.ts";

/** The aggregations of a program by name. */
export type Aggregations = ReadonlyMap<string, AggregationDeclaration>;

/** The lines of `statements`, indented by `depth` tabs. A default action is what D does by itself. */
export function printStatements(
  statements: readonly Statement[],
  aggregations: Aggregations,
  depth: number,
): readonly string[] {
  const indent = "\t".repeat(depth);
  return statements.flatMap((statement) => {
    if (statement.kind === "default") return [];
    if (statement.kind !== "if") return [`${indent}${printStatement(statement, aggregations)};`];
    const { condition, then, otherwise } = statement;
    return [
      `${indent}if (${printExpression(condition)}) {`,
      ...printStatements(then, aggregations, depth + 1),
      ...(otherwise.length === 0
        ? []
        : [`${indent}} else {`, ...printStatements(otherwise, aggregations, depth + 1)]),
      `${indent}}`,
    ];
  });
}

function printStatement(
  statement: Exclude<Statement, { kind: "if" | "default" }>,
  aggregations: Aggregations,
): string {
  const call = (name: string, list: readonly (string | undefined)[]): string =>
    `${name}(${list.filter((one) => one !== undefined).join(", ")})`;
  switch (statement.kind) {
    case "expression":
      return printExpression(statement.expression);
    case "aggregate":
      return printAggregate(statement, aggregations.get(statement.aggregation)?.function);
    case "printf":
      return call("printf", [printFormat(statement.format), ...statement.arguments.map(printExpression)]);
    case "printa":
      return call("printa", [
        statement.format === undefined ? undefined : printFormat(statement.format),
        ...statement.aggregations.map(aggregationName),
      ]);
    case "trace":
      return call("trace", [printExpression(statement.value)]);
    case "stack":
      return call(statement.space === "user" ? "ustack" : "stack", [String(statement.depth)]);
    case "exit":
      return call("exit", [printExpression(statement.status)]);
    case "clear":
    case "denormalize":
      return call(statement.kind, [aggregationName(statement.aggregation)]);
    case "trunc":
      return call("trunc", [aggregationName(statement.aggregation), converted(statement.count)]);
    case "normalize":
      return call("normalize", [aggregationName(statement.aggregation), converted(statement.factor)]);
  }
}

/** `@name[keys] = function(value, parameters, weight)`. */
export function printAggregate(
  { aggregation, keys, value, weight }: AggregateStatement,
  fn: AggregatingFunction | undefined,
): string {
  const indexed = keys.length === 0 ? "" : `[${keys.map(printExpression).join(", ")}]`;
  const list = [
    converted(value),
    ...(fn === undefined ? [] : parameters(fn)),
    weight === undefined ? undefined : printExpression(weight),
  ].filter((one) => one !== undefined);
  return `${aggregationName(aggregation)}${indexed} = ${fn?.name ?? "count"}(${list.join(", ")})`;
}

function converted(expression: Expression | undefined): string | undefined {
  return expression === undefined ? undefined : printConverted(expression);
}

function parameters(fn: AggregatingFunction): readonly number[] {
  switch (fn.name) {
    case "lquantize":
      return [fn.low, fn.high, fn.step];
    case "llquantize":
      return [fn.factor, fn.low, fn.high, fn.steps];
    default:
      return [];
  }
}
