/** Constants. */
import { reject } from "@trace/syntax";
import type { IntegerNode, MacroNode } from "../ast/expression.ts";
import type { Span } from "@trace/core";
import { stringType, type Typed } from "../types/d-type.ts";
import { constant, literalType } from "../types/convert.ts";
import type { Scope } from "./scope.ts";
import { macroText, macroValue } from "./macros.ts";

export function lowerInteger({ value, decimal, suffix, span }: IntegerNode): Typed {
  const type = literalType(value, decimal, suffix);
  if (type === undefined)
    reject("D_INT_OFLOW", `${value} is beyond the greatest signed integer`, span, `write ${value}ull`);
  return constant(value, type, span);
}

export function stringConstant(value: string, span: Span): Typed {
  return { ir: { kind: "string", value, type: { kind: "string" }, span }, type: stringType };
}

/** A macro that is a constant. One that is an identifier is not for here: its text is given back. */
export function lowerMacro(scope: Scope, node: MacroNode): Typed | { readonly identifier: string } {
  const { name, quoted, span } = node;
  if (quoted) return stringConstant(macroText(scope, node), span);
  const value = macroValue(scope, name, span);
  switch (value.kind) {
    case "string":
      return stringConstant(value.text, span);
    case "identifier":
      return { identifier: value.text };
    case "integer": {
      const big = BigInt(value.value);
      const type = literalType(big < 0n ? -big - 1n : big, true, "") ?? literalType(big, false, "u");
      if (type === undefined) reject("D_MACRO_OFLOW", `$${name} does not fit 64 bits`, span);
      return constant(big, type, span);
    }
  }
}
