/** What the values of a record are called. */
import type { Expression } from "../ir/expression.ts";
import type { OutputStatement } from "../ir/statement.ts";
import type { ProbeDescription } from "../probe/probe-description.ts";

/**
 * The name of each value that `statement` puts out at `probe`: an argument's declared name or `arg0`, a variable's or a
 * built-in's name; undefined for a computed value.
 */
export function valueNames(
  statement: OutputStatement,
  probe: ProbeDescription,
): readonly (string | undefined)[] {
  switch (statement.kind) {
    case "printf":
      return statement.arguments.map((argument) => expressionName(argument, probe));
    case "trace":
      return [expressionName(statement.value, probe)];
    case "stack":
      return ["stack"];
    case "exit":
      return ["status"];
    case "printa":
    case "default":
      return [];
  }
}

/** Casts and reading a string at an address leave a value what it is. */
function expressionName(expression: Expression, probe: ProbeDescription): string | undefined {
  switch (expression.kind) {
    case "argument":
      return probe.arguments[expression.index]?.name ?? `arg${expression.index}`;
    case "builtin":
      return expression.name;
    case "variable":
      return expression.keys.length === 0 ? expression.name : undefined;
    case "cast":
      return expressionName(expression.operand, probe);
    case "call": {
      const [operand] = expression.arguments;
      const reads = expression.function === "copyinstr" || expression.function === "bits_to_double";
      return reads && operand !== undefined ? expressionName(operand, probe) : undefined;
    }
    default:
      return undefined;
  }
}
