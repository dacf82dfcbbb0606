/**
 * Expressions rewritten so that DTrace computes what the IR means. DTrace 2 for Linux keeps every integer in a register of
 * 64 bits: what a narrower type cannot hold goes on into comparisons (`(int)2147483647 + 1 > 0` is true there), and
 * a cast to a narrower type takes effect only where the value is widened again. So all arithmetic is done in 64 bits, and
 * a result of a narrower type is cast to that and back.
 */
import {
  int64,
  intFromJson,
  sameType,
  uint64,
  walkExpression,
  type Expression,
  type IntegerType,
  type Type,
  type VariableExpression,
} from "@trace/core";
import { Refusal } from "./refusal.ts";

/** What legalizing needs to know of the run. */
export interface LegalContext {
  /** The pid of the target, or 0. */
  readonly target: number;
  /** The name of a variable in the script. */
  variableName(variable: VariableExpression): string;
}

/** `expression` for DTrace: an integer of 64 bits, or a string. Throws a Refusal. */
export function legalize(expression: Expression, context: LegalContext): Expression {
  const legal = (one: Expression): Expression => legalValue(one, context);
  const { type, span } = expression;
  switch (expression.kind) {
    case "integer":
      return { ...expression, type: wide(expression.type) };
    case "string":
    case "argument":
      return expression;
    case "builtin":
      return expression.name === "target"
        ? { kind: "integer", value: context.target, type: int64 }
        : expression;
    case "variable":
      return legalVariable(expression, context);
    case "unary": {
      const { operator } = expression;
      const result: Expression = { ...expression, operand: legal(expression.operand) };
      return operator === "!" ? result : wrapped(result, type);
    }
    case "binary": {
      const { operator } = expression;
      const left = legal(expression.left);
      const right = legal(expression.right);
      const result: Expression = { ...expression, left, right };
      if (type.kind !== "integer" || isLogical(operator)) return result;
      if (operator === "%" && type.signed) return wrapped(remainder(left, right), type);
      if (operator !== "<<" && operator !== ">>") return wrapped({ ...result, type: wide(type) }, type);
      // A machine looks at the low bits of a shift count only.
      const most = type.bits === 64 ? 63 : 31;
      const known = right.kind === "integer" ? intFromJson(right.value) : -1;
      const mask: Expression = { kind: "integer", value: most, type: int64 };
      const count: Expression =
        known >= 0 && known <= most
          ? right
          : { kind: "binary", operator: "&", left: right, right: mask, type: int64 };
      return wrapped({ ...result, right: count, type: wide(type) }, type);
    }
    case "conditional":
      return {
        ...expression,
        condition: legal(expression.condition),
        // oxlint-disable-next-line unicorn/no-thenable -- the name of the IR
        then: legal(expression.then),
        otherwise: legal(expression.otherwise),
        type: type.kind === "integer" ? wide(type) : type,
      };
    case "cast":
      return legalCast(legal(expression.operand), expression.operand.type, type, expression);
    case "call":
      if (expression.function === "lltostr" && expression.arguments.length > 1)
        throw new Refusal("lltostr() in another base than 10", span, "print the number with %o or %x");
      return { ...expression, arguments: expression.arguments.map(legal) };
    case "assign": {
      const { operator, value, target, ...rest } = expression;
      const variable = legalVariable(target, context);
      if (operator === "%" && type.kind === "integer" && type.signed)
        return { ...rest, target: variable, value: remainder(variable, legal(value)) };
      return {
        ...rest,
        target: variable,
        ...(operator === undefined ? {} : { operator }),
        value: legal(value),
      };
    }
    case "increment":
      return { ...expression, target: legalVariable(expression.target, context) };
    case "sequence":
      return { ...expression, expressions: expression.expressions.map(legal) };
    case "float":
      throw new Refusal("arithmetic with floating-point numbers", span, "print the number as it is");
  }
}

/** DTrace gives the remainder of a negative divisor the wrong sign (`8 % -100` is -8 there): its division is right. */
function remainder(left: Expression, right: Expression): Expression {
  const binary = (operator: "-" | "*" | "/" | "%", a: Expression, b: Expression): Expression => ({
    kind: "binary",
    operator,
    left: a,
    right: b,
    type: int64,
  });
  if (right.kind === "integer" && intFromJson(right.value) > 0) return binary("%", left, right);
  if (hasEffects(left) || hasEffects(right))
    throw new Refusal("an assignment inside of a remainder", left.span, "assign in a statement before");
  return binary("-", left, binary("*", binary("/", left, right), right));
}

/** Does computing `expression` change a variable? */
export function hasEffects(expression: Expression): boolean {
  let found = false;
  walkExpression(expression, ({ kind }) => {
    found ||= kind === "assign" || kind === "increment";
  });
  return found;
}

/**
 * `expression` as a value of its own. What an assignment gives has not been cut to the variable's type: the variable is
 * read again.
 */
export function legalValue(expression: Expression, context: LegalContext): Expression {
  const result = legalize(expression, context);
  const isNew = result.kind === "assign" || (result.kind === "increment" && result.prefix);
  if (!isNew || result.type.kind !== "integer" || result.type.bits === 64) return result;
  if (result.target.keys.some(hasEffects))
    throw new Refusal("an assignment inside of a key", expression.span, "assign in a statement before");
  return { kind: "sequence", expressions: [result, result.target], type: result.type };
}

/** Variables keep their types: what is stored is cut to them. */
function legalVariable(variable: VariableExpression, context: LegalContext): VariableExpression {
  const keys = variable.keys.map((key) => sized(legalValue(key, context)));
  return { ...variable, name: context.variableName(variable), keys };
}

/** A key, which has to be as long wherever it is used: 64 bits. */
export function sized(key: Expression): Expression {
  if (key.type.kind !== "integer") return key;
  const isLong =
    key.kind === "cast" || key.kind === "argument" || (key.kind === "variable" && key.type.bits === 64);
  return isLong ? key : { kind: "cast", operand: key, type: wide(key.type) };
}

function legalCast(operand: Expression, from: Type, to: Type, { span }: Expression): Expression {
  if (from.kind !== "integer" || to.kind !== "integer")
    throw new Refusal("arithmetic with floating-point numbers", span, "print the number as it is");
  const isKept = to.bits > from.bits && (to.signed || !from.signed);
  if (isKept || sameType(from, to)) return operand;
  return to.bits === 64 ? { kind: "cast", operand, type: to } : wrapped(operand, to);
}

/** `result`, of 64 bits, as an integer of `type`. */
function wrapped(result: Expression, type: Type): Expression {
  if (type.kind !== "integer" || type.bits === 64) return result;
  return { kind: "cast", operand: { kind: "cast", operand: result, type }, type: wide(type) };
}

function wide({ signed }: IntegerType): IntegerType {
  return signed ? int64 : uint64;
}

function isLogical(operator: string): boolean {
  return /^(?:[=!<>]=|[<>]|&&|\|\||\^\^)$/.test(operator);
}
