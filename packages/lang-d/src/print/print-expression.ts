/** Expressions of the IR as D. Parentheses are where D's precedences need them, casts where the IR has them. */
import {
  int32,
  intFromJson,
  sameType,
  type BinaryExpression,
  type CallExpression,
  type Expression,
  type IntegerLiteral,
  type IntegerType,
  type VariableExpression,
} from "@trace/core";
import { globalName, identifier, stringConstant, typeText } from "./names.ts";

/** How tightly D binds, loosest first. */
const COMMA = 1;
const ASSIGNMENT = 2;
const CONDITION = 3;
const UNARY = 14;
const POSTFIX = 15;
const PRIMARY = 16;
const BINARY: Readonly<Record<BinaryExpression["operator"], number>> = {
  "||": 4,
  "^^": 5,
  "&&": 6,
  "|": 7,
  "^": 8,
  "&": 9,
  "==": 10,
  "!=": 10,
  "<": 11,
  "<=": 11,
  ">": 11,
  ">=": 11,
  "<<": 12,
  ">>": 12,
  "+": 13,
  "-": 13,
  "*": 13.5,
  "/": 13.5,
  "%": 13.5,
};

/** A text and how tightly its outermost operator binds. */
interface Printed {
  readonly text: string;
  readonly binds: number;
}

/** `expression` as D, to stand where an argument may. */
export function printExpression(expression: Expression): string {
  return within(ASSIGNMENT, print(expression));
}

/** `expression` where D converts what stands there to its type: a constant then needs no type of its own. */
export function printConverted(expression: Expression): string {
  return expression.kind === "integer" ? String(plainInteger(expression)) : printExpression(expression);
}

function within(least: number, { text, binds }: Printed): string {
  return binds < least ? `(${text})` : text;
}

function print(expression: Expression): Printed {
  switch (expression.kind) {
    case "integer":
      return printInteger(expression);
    case "float":
      return { text: String(expression.value), binds: expression.value < 0 ? UNARY : PRIMARY };
    case "string":
      return { text: stringConstant(expression.value), binds: PRIMARY };
    case "argument":
      return { text: `arg${expression.index}`, binds: PRIMARY };
    case "builtin":
      return { text: BUILTINS[expression.name] ?? expression.name, binds: PRIMARY };
    case "variable":
      return printVariable(expression);
    case "unary": {
      const { operator, operand } = expression;
      if (operator === "!" && operand.kind !== "unary") return negated(operand);
      return { text: `${operator}${within(POSTFIX, print(operand))}`, binds: UNARY };
    }
    case "binary":
      return printBinary(expression);
    case "conditional": {
      const { condition, then, otherwise } = expression;
      const [yes, no] = operands(then, otherwise);
      const test = within(CONDITION + 1, truth(condition));
      return { text: `${test} ? ${within(CONDITION, yes)} : ${within(CONDITION, no)}`, binds: CONDITION };
    }
    case "cast":
      return {
        text: `(${typeText(expression.type)})${within(UNARY, print(expression.operand))}`,
        binds: UNARY,
      };
    case "call":
      return printCall(expression);
    case "assign": {
      const { target, operator = "", value } = expression;
      const isShift = operator === "<<" || operator === ">>";
      const given = isShift ? printExpression(value) : printConverted(value);
      return { text: `${printVariable(target).text} ${operator}= ${given}`, binds: ASSIGNMENT };
    }
    case "increment": {
      const sign = expression.by === 1 ? "++" : "--";
      const target = printVariable(expression.target).text;
      return expression.prefix
        ? { text: `${sign}${target}`, binds: UNARY }
        : { text: `${target}${sign}`, binds: POSTFIX };
    }
    case "sequence":
      return {
        text: expression.expressions.map((one) => within(ASSIGNMENT, print(one))).join(", "),
        binds: COMMA,
      };
  }
}

/** Builtins that D calls otherwise than the IR does. */
const BUILTINS: Readonly<Record<string, string>> = { probeid: "id", target: "$target" };

/** A number that D converts to the constant's type. */
function plainInteger({ value, type }: IntegerLiteral): string {
  const integer = BigInt(intFromJson(value));
  // 2^63 alone fits no signed type, so its negative is written by its bits.
  if (integer === -(1n << 63n)) return `(${typeText(type)})0x8000000000000000`;
  return integer >= 1n << 63n ? `${integer}ull` : `${integer}`;
}

function isInt32(value: IntegerLiteral["value"]): boolean {
  const integer = BigInt(intFromJson(value));
  return integer > -(1n << 31n) && integer < 1n << 31n;
}

function printInteger(literal: IntegerLiteral): Printed {
  const text = plainInteger(literal);
  if (text.startsWith("(")) return { text, binds: UNARY };
  if (sameType(literal.type, int32) && isInt32(literal.value))
    return { text, binds: text.startsWith("-") ? UNARY : PRIMARY };
  return { text: `(${typeText(literal.type)})${text}`, binds: UNARY };
}

function printVariable({ scope, name, keys }: VariableExpression): Printed {
  const prefix = { global: "", thread: "self->", clause: "this->" }[scope];
  const text = prefix + (scope === "global" ? globalName(name) : identifier(name));
  return keys.length === 0
    ? { text, binds: PRIMARY }
    : { text: `${text}[${keys.map(printExpression).join(", ")}]`, binds: POSTFIX };
}

function printBinary({ operator, left, right }: BinaryExpression): Printed {
  const binds = BINARY[operator];
  const isShift = operator === "<<" || operator === ">>";
  const isLogical = operator === "&&" || operator === "||" || operator === "^^";
  const [a, b] = isLogical
    ? [truth(left), truth(right)]
    : isShift
      ? [print(left), print(right)]
      : operands(left, right);
  // Operators of one precedence group from the left.
  return { text: `${within(binds, a)} ${operator} ${within(binds + 0.1, b)}`, binds };
}

/** Both operands, which D converts to a common type: a small constant beside something of that type is as it is. */
function operands(left: Expression, right: Expression): readonly [Printed, Printed] {
  const beside = (one: Expression, other: Expression): Printed => {
    const isPlain =
      one.kind === "integer" && other.kind !== "integer" && isWide(one.type) && isInt32(one.value);
    const text = isPlain ? plainInteger(one) : "";
    return isPlain ? { text, binds: text.startsWith("-") ? UNARY : PRIMARY } : print(one);
  };
  return [beside(left, right), beside(right, left)];
}

/** Is it what an int is converted to, not something that is converted to int? */
function isWide({ bits }: IntegerType): boolean {
  return bits >= 32;
}

/** What is true when `condition` is: D takes no string for a condition. */
function truth(condition: Expression): Printed {
  if (condition.type.kind !== "string") return print(condition);
  return { text: `${within(BINARY["!="], print(condition))} != ""`, binds: BINARY["!="] };
}

function negated(operand: Expression): Printed {
  if (operand.type.kind === "string")
    return { text: `${within(BINARY["=="], print(operand))} == ""`, binds: BINARY["=="] };
  return { text: `!${within(POSTFIX, print(operand))}`, binds: UNARY };
}

function printCall({ function: name, arguments: list }: CallExpression): Printed {
  const [first] = list;
  const raw = first?.kind === "cast" ? first.operand : first;
  // D has doubles as arguments alone.
  if (name === "bits_to_double" && raw?.kind === "argument")
    return { text: `args[${raw.index}]`, binds: POSTFIX };
  return { text: `${name}(${list.map(printConverted).join(", ")})`, binds: POSTFIX };
}
