/**
 * Output values, split between the tracer and the host: bpftrace computes what it can, and sends the parts of the rest,
 * which the host computes as the embedded engine does.
 */
import { maxProbeArguments, uint64, type Expression, type Type } from "@trace/core";
import type { OutputValue } from "./messages.ts";
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
  const values = expressions.map((expression): OutputValue => {
    if (scriptComputes(expression)) {
      sent.push(expression);
      return { kind: "sent", index: first + sent.length - 1, type: expression.type };
    }
    const from = sent.length;
    const rest = splitExpression(expression, from, sent);
    const parts = sent.slice(from).map((one) => one.type);
    if (parts.length > maxProbeArguments)
      throw new Refusal("an expression of so many parts", expression.span, "print the parts one by one");
    return { kind: "computed", first: first + from, parts, expression: rest };
  });
  return { values, sent };
}

/** `expression` for the host: what the script computes of it is an argument there, counted from `from`. */
function splitExpression(expression: Expression, from: number, sent: Expression[]): Expression {
  const split = (one: Expression): Expression => splitExpression(one, from, sent);
  if (scriptComputes(expression)) {
    if (expression.kind === "integer" || expression.kind === "string") return expression;
    sent.push(expression);
    return partExpression(sent.length - 1 - from, expression.type);
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
        then: split(expression.then),
        otherwise: split(expression.otherwise),
      };
    case "call":
      return { ...expression, arguments: expression.arguments.map(split) };
    case "sequence":
      return { ...expression, expressions: expression.expressions.map(split) };
  }
}

function partExpression(index: number, type: Type): Expression {
  const argument: Expression = { kind: "argument", index, type: uint64 };
  return type.kind === "string"
    ? { kind: "call", function: "copyinstr", arguments: [argument], type }
    : { kind: "cast", operand: argument, type };
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
