/** Expressions of which the kind is known. A valid program has no others in their places: TypeError otherwise. */
import { type Expression, type IntegerType, type Type } from "@trace/core";
import type { Code, FloatCode, IntegerCode, StringCode } from "./code.ts";
import { castInteger } from "./integer-code.ts";
import type { Site } from "./site.ts";

/** The code of an integer expression; with `type`, converted to it. */
export function integerExpression(site: Site, expression: Expression, type?: IntegerType): IntegerCode {
  const code = site.expression(expression);
  if (code.kind !== "integer") throw new TypeError(`${expression.kind} is no integer`);
  return type === undefined ? code : castInteger(site.unit, code, integerType(expression.type), type);
}

export function stringExpression(site: Site, expression: Expression): StringCode {
  const code = site.expression(expression);
  if (code.kind !== "string") throw new TypeError(`${expression.kind} is no string`);
  return code;
}

export function floatExpression(site: Site, expression: Expression): FloatCode {
  const code = site.expression(expression);
  if (code.kind !== "float") throw new TypeError(`${expression.kind} is no float`);
  return code;
}

/** The code of `expression` converted to `type`, of the same kind. */
export function typedExpression(site: Site, expression: Expression, type: Type): Code {
  return type.kind === "integer" ? integerExpression(site, expression, type) : site.expression(expression);
}

export function integerType(type: Type): IntegerType {
  if (type.kind !== "integer") throw new TypeError(`${type.kind} is no integer type`);
  return type;
}
