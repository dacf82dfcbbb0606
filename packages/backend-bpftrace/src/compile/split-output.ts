/**
 * Output values, split between the tracer and the host: bpftrace computes what it can, and sends the parts of the rest,
 * which the host computes as the embedded engine does.
 */
import type { Expression, Type } from "@trace/core";
import { hasEffects } from "./lower-expression.ts";
import { partName, type OutputValue, type SentValue } from "./messages.ts";
import { Refusal } from "./refusal.ts";
import { isScriptType } from "./script-context.ts";

/** Where the host finds each value, and what the script must send. */
export interface SplitOutput {
  readonly values: readonly OutputValue[];
  /** To be computed by the script, in order. */
  readonly sent: readonly Expression[];
}

/** Splits `expressions`; the first value sent will have the number `first`. */
export function splitOutput(expressions: readonly Expression[], first: number): SplitOutput {
  const sent: Expression[] = [];
  const send = (expression: Expression): SentValue => {
    const known = hasEffects(expression) ? -1 : sent.findIndex((one) => sameExpression(one, expression));
    const index = known >= 0 ? known : sent.push(expression) - 1;
    return { index: first + index, type: expression.type };
  };
  const values = expressions.map((expression): OutputValue => {
    if (scriptComputes(expression)) return { kind: "sent", ...send(expression) };
    const parts: SentValue[] = [];
    const rest = splitExpression(expression, parts, send);
    return { kind: "computed", parts, expression: rest };
  });
  return { values, sent };
}

/** The same code gives the same value within a statement: sent once. */
function sameExpression(a: Expression, b: Expression): boolean {
  const text = (expression: Expression): string =>
    JSON.stringify(expression, (key, value: unknown) => (key === "span" ? undefined : value));
  return text(a) === text(b);
}

/** `expression` for the host: what the script computes of it is one of `parts`. */
function splitExpression(
  expression: Expression,
  parts: SentValue[],
  send: (expression: Expression) => SentValue,
): Expression {
  const split = (one: Expression): Expression => splitExpression(one, parts, send);
  if (scriptComputes(expression)) {
    if (expression.kind === "integer" || expression.kind === "string") return expression;
    const part = send(expression);
    const known = parts.findIndex((one) => one.index === part.index);
    return partExpression(known >= 0 ? known : parts.push(part) - 1, part.type);
  }
  switch (expression.kind) {
    case "integer":
    case "string":
    case "float":
      return expression;
    case "argument":
    case "builtin":
    case "variable":
    case "assign":
    case "increment":
      throw new Refusal(`a value of type ${expression.type.kind}`, expression.span, "print its parts");
    case "unary":
    case "cast":
      return { ...expression, operand: split(expression.operand) };
    case "binary":
      return { ...expression, left: split(expression.left), right: split(expression.right) };
    case "conditional":
      return {
        ...expression,
        condition: split(expression.condition),
        // oxlint-disable-next-line unicorn/no-thenable -- the name of an IR expression's branch; never awaited
        then: split(expression.then),
        otherwise: split(expression.otherwise),
      };
    case "call":
      return { ...expression, arguments: expression.arguments.map(split) };
    case "sequence":
      return { ...expression, expressions: expression.expressions.map(split) };
  }
}

/** What stands for part `index` in an expression for the host. */
function partExpression(index: number, type: Type): Expression {
  return { kind: "variable", scope: "clause", name: partName(index), keys: [], type };
}

/** Is there nothing in `expression` that bpftrace lacks? */
export function scriptComputes(expression: Expression): boolean {
  switch (expression.kind) {
    case "integer":
    case "string":
    case "argument":
    case "builtin":
      return true;
    case "float":
      return false;
    case "variable":
      return isScriptType(expression.type) && expression.keys.every(scriptComputes);
    case "unary":
    case "cast":
      return (
        isScriptType(expression.type) &&
        isScriptType(expression.operand.type) &&
        scriptComputes(expression.operand)
      );
    case "binary": {
      const { left, right, operator } = expression;
      const ordersStrings = left.type.kind === "string" && ["<", "<=", ">", ">="].includes(operator);
      return !ordersStrings && [left, right].every((one) => isScriptType(one.type) && scriptComputes(one));
    }
    case "conditional":
      return [expression.condition, expression.then, expression.otherwise].every(
        (one) => isScriptType(one.type) && scriptComputes(one),
      );
    case "call":
      return expression.function === "copyinstr" && expression.arguments.every(scriptComputes);
    case "assign":
      return scriptComputes(expression.value) && scriptComputes(expression.target);
    case "increment":
      return scriptComputes(expression.target);
    case "sequence":
      return expression.expressions.every(scriptComputes);
  }
}
