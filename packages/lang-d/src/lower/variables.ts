/** Variables: found by name, or made by their first assignment. */
import type { Span, VariableExpression, VariableScope } from "@trace/core";
import { didYouMean, reject, rejectAgain } from "@trace/syntax";
import type { ExpressionNode } from "../ast/expression.ts";
import { irType, isScalar, type DType, type Typed } from "../types/d-type.ts";
import { convert } from "../types/convert.ts";
import { callableNames, isAction } from "./functions.ts";
import { builtinVariables, unsupportedVariables } from "./builtin-variables.ts";
import { macroValue } from "./macros.ts";
import { notSupported, typeList, variableText, type Scope, type Variable } from "./scope.ts";

/** A variable as the source names it, its keys not yet lowered. */
export interface Reference {
  readonly scope: VariableScope;
  readonly name: string;
  readonly keys: readonly ExpressionNode[];
  readonly span: Span;
}

/** The variable that `node` names; undefined if it names none. */
export function variableReference(scope: Scope, node: ExpressionNode): Reference | undefined {
  const { span } = node;
  switch (node.kind) {
    case "identifier":
      return node.name === "self" || node.name === "this"
        ? undefined
        : { scope: "global", name: node.name, keys: [], span };
    case "macro": {
      if (node.quoted) return undefined;
      const value = macroValue(scope, node.name, span);
      return value.kind === "identifier" ? { scope: "global", name: value.text, keys: [], span } : undefined;
    }
    case "member": {
      const { base, operator } = node;
      if (base.kind !== "identifier" || operator !== "->") return undefined;
      if (base.name !== "self" && base.name !== "this") return undefined;
      const name = memberName(scope, node.name.text, node.name.span);
      return { scope: base.name === "self" ? "thread" : "clause", name, keys: [], span };
    }
    case "index": {
      const array = variableReference(scope, node.base);
      return array === undefined || array.keys.length > 0 ? undefined : { ...array, keys: node.keys, span };
    }
    default:
      return undefined;
  }
}

function memberName(scope: Scope, text: string, span: Span): string {
  if (!text.startsWith("$")) return text;
  const value = macroValue(scope, text.replace(/^\$+/, ""), span);
  if (value.kind !== "identifier") reject("D_SYNTAX", `${text} is no name of a variable`, span);
  return value.text;
}

export interface WritableVariable {
  readonly target: VariableExpression;
  readonly type: DType;
}

/** The value of the variable that `reference` names. Rejects one that nothing declared or assigned before. */
export function readVariable(scope: Scope, reference: Reference): Typed {
  const variable = scope.variable(reference.scope, reference.name);
  if (variable === undefined) return undefinedVariable(scope, reference);
  return { ir: variableExpression(scope, variable, reference), type: variable.type };
}

/** The variable that `reference` names, to be read and assigned: it must exist. */
export function existingVariable(scope: Scope, reference: Reference): WritableVariable {
  const known = scope.variable(reference.scope, reference.name);
  if (known !== undefined) return { target: variableExpression(scope, known, reference), type: known.type };
  rejectUnset(scope, reference);
}

/** The variable that `reference` names, to be assigned; `type` and the keys are those it gets if it is new. */
export function writeVariable(scope: Scope, reference: Reference, type: DType): WritableVariable {
  const known = scope.variable(reference.scope, reference.name);
  if (known !== undefined) return { target: variableExpression(scope, known, reference), type: known.type };
  const { name, keys, span } = reference;
  if (reference.scope === "global" && (builtinVariables.has(name) || unsupportedVariables.has(name)))
    reject("D_OP_WRITE", `built-in variable '${name}' cannot be assigned`, span);
  if (reference.scope === "clause" && keys.length > 0)
    reject(
      "D_ARR_LOCAL",
      "clause-local variables cannot be associative arrays",
      span,
      "use self-> or a global",
    );
  const lowered = keys.map((key) => lowerKey(scope, key));
  const variable = scope.declare({
    scope: reference.scope,
    name,
    type,
    keys: lowered.map((key) => key.type),
    span,
  });
  return { target: toExpression(variable, lowered, span), type };
}

const STACKS: ReadonlySet<string> = new Set(["stack", "ustack", "jstack"]);

/** A key of an array or an aggregation: an integer, an address or a string. */
export function lowerKey(scope: Scope, node: ExpressionNode): Typed {
  if (node.kind === "call" && node.callee.kind === "identifier" && STACKS.has(node.callee.name))
    notSupported("stacks as keys are", node.span, "stack() and ustack() as statements are");
  const dynamic = node.kind === "aggregation" || (node.kind === "index" && node.base.kind === "aggregation");
  const action = node.kind === "call" && node.callee.kind === "identifier" && isAction(node.callee.name);
  if (dynamic || action)
    reject("D_KEY_TYPE", `${dynamic ? "an aggregation" : "an action"} cannot be a key`, node.span);
  const key = scope.lower(node);
  if (!isScalar(key.type) && key.type.kind !== "string")
    reject("D_KEY_TYPE", `a value of type ${key.type.name} cannot be a key`, node.span);
  return key;
}

/** `keys` as the types of `expected`; rejects what does not fit, `what` being indexed. */
export function checkKeys(
  what: string,
  expected: readonly DType[],
  keys: readonly { readonly typed: Typed; readonly span: Span }[],
  span: Span,
): void {
  if (expected.length !== keys.length)
    reject(
      "D_PROTO_LEN",
      `${what} has ${expected.length === 1 ? "1 key" : `${expected.length} keys`} (${typeList(expected)}), not ${keys.length}`,
      span,
    );
  for (const [index, { typed, span: at }] of keys.entries()) {
    const type = expected[index];
    if (type !== undefined && (type.kind === "string") !== (typed.type.kind === "string"))
      reject(
        "D_PROTO_ARG",
        `key ${index + 1} of ${what} is of type ${type.name}, not ${typed.type.name}`,
        at,
      );
  }
}

function variableExpression(scope: Scope, variable: Variable, { keys, span }: Reference): VariableExpression {
  const text = variableText(variable.scope, variable.name);
  if (variable.keys.length === 0 && keys.length > 0)
    reject(
      keys.length > 1 ? "D_ARR_BADREF" : "D_DEREF_NONPTR",
      `variable ${text} is of type ${variable.type.name}, not an associative array`,
      span,
    );
  if (variable.keys.length > 0 && keys.length === 0)
    reject("D_IDENT_BADREF", `associative array ${text} needs its keys (${typeList(variable.keys)})`, span);
  const lowered = keys.map((node) => ({ typed: lowerKey(scope, node), span: node.span }));
  checkKeys(`${text}[]`, variable.keys, lowered, span);
  return toExpression(
    variable,
    lowered.map(({ typed }) => typed),
    span,
  );
}

function toExpression(variable: Variable, keys: readonly Typed[], span: Span): VariableExpression {
  return {
    kind: "variable",
    scope: variable.scope,
    name: variable.name,
    keys: keys.map((key, index) => convert(key, variable.keys[index] ?? key.type)),
    type: irType(variable.type),
    span,
  };
}

function rejectUnset(scope: Scope, { scope: kind, name, span }: Reference): never {
  const text = variableText(kind, name);
  if (scope.broken.has(text)) rejectAgain();
  const near = didYouMean(
    text,
    scope.variables.map((one) => variableText(one.scope, one.name)),
  );
  reject("D_VAR_UNDEF", `${text} has not been declared or assigned before this`, span, near);
}

function undefinedVariable(scope: Scope, reference: Reference): never {
  const { name, span } = reference;
  if (reference.scope !== "global" || reference.keys.length > 0) rejectUnset(scope, reference);
  if (scope.broken.has(name)) rejectAgain();
  if (unsupportedVariables.has(name)) notSupported(`built-in variable '${name}' is`, span);
  if (name.includes("`")) notSupported(`symbols of programs and kernels ('${name}') are`, span);
  const candidates = [
    ...scope.variables.filter((one) => one.scope === "global").map((one) => one.name),
    ...scope.inlines.keys(),
    ...builtinVariables.keys(),
  ];
  reject(
    "D_IDENT_UNDEF",
    `unknown variable '${name}'`,
    span,
    didYouMean(name, candidates) ??
      (callableNames.includes(name) ? `${name} is a function: write ${name}()` : undefined),
  );
}
