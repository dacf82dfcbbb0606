/** Expressions of the IR as JavaScript expressions: operands are evaluated once, from left to right. */
import {
  int64,
  truncateText,
  type BinaryExpression,
  type CastExpression,
  type Expression,
} from "@trace/core";
import { compareText } from "../functions/strings.ts";
import { floatToInt } from "../runtime/arguments.ts";
import { argumentCode } from "./argument-code.ts";
import { builtinCode } from "./builtin-code.ts";
import { callCode } from "./call-code.ts";
import { integerCode, type Code, type IntegerCode } from "./code.ts";
import { arithmetic, castInteger, integerLiteral, negation } from "./integer-code.ts";
import { bitRange, typeRange, unionRange } from "./range.ts";
import type { Site } from "./site.ts";
import { quote } from "./unit.ts";
import { floatExpression, integerExpression, integerType } from "./typed-expression.ts";
import { assignCode, incrementCode, variableCode } from "./variable-code.ts";

/** The code of `expression`. */
export function expressionCode(site: Site, expression: Expression): Code {
  switch (expression.kind) {
    case "integer":
      return integerLiteral(BigInt(expression.value));
    case "float":
      return { kind: "float", text: floatLiteral(expression.value) };
    case "string":
      return { kind: "string", text: quote(cutText(expression.value, site.state.stringSize)) };
    case "argument":
      return castInteger(site.unit, argumentCode(site, expression.index), int64, expression.type);
    case "builtin":
      return builtinCode(site, expression.name);
    case "variable":
      return variableCode(site, expression);
    case "unary":
      if (expression.operator === "!") return condition(`!${conditionCode(site, expression.operand)}`);
      return expression.type.kind === "float"
        ? { kind: "float", text: `(-${floatExpression(site, expression.operand).text})` }
        : negation(
            site.unit,
            expression.operator,
            integerType(expression.type),
            integerExpression(site, expression.operand, integerType(expression.type)),
          );
    case "binary":
      return binaryCode(site, expression);
    case "conditional":
      return conditionalCode(
        conditionCode(site, expression.condition),
        expressionCode(site, expression.then),
        expressionCode(site, expression.otherwise),
      );
    case "cast":
      return castCode(site, expression);
    case "call":
      return callCode(site, expression);
    case "assign":
      return assignCode(site, expression);
    case "increment":
      return incrementCode(site, expression);
    case "sequence": {
      const codes = expression.expressions.map((one) => site.expression(one));
      const last = codes.at(-1);
      if (last === undefined) throw new TypeError("a sequence is empty");
      return { ...last, text: `(${codes.map((code) => code.text).join(", ")})` };
    }
  }
}

/** A JavaScript boolean: is the integer not zero, the string not empty? */
export function conditionCode(site: Site, expression: Expression): string {
  if (expression.kind === "binary") {
    const { operator, left, right } = expression;
    switch (operator) {
      case "&&":
      case "||":
        return `(${conditionCode(site, left)} ${operator} ${conditionCode(site, right)})`;
      case "^^":
        return `(${conditionCode(site, left)} !== ${conditionCode(site, right)})`;
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return comparison(site, operator, left, right);
      default:
        break;
    }
  }
  if (expression.kind === "unary" && expression.operator === "!")
    return `!${conditionCode(site, expression.operand)}`;
  const code = expressionCode(site, expression);
  return code.kind === "string" ? `(${code.text} !== "")` : `(${code.text} !== 0)`;
}

function condition(text: string): IntegerCode {
  return integerCode(`(${text} ? 1 : 0)`, bitRange);
}

const equality = { "==": "===", "!=": "!==" } as const;

function comparison(
  site: Site,
  operator: "==" | "!=" | "<" | "<=" | ">" | ">=",
  left: Expression,
  right: Expression,
): string {
  const a = expressionCode(site, left);
  const b = expressionCode(site, right);
  if (operator === "==" || operator === "!=") return `(${a.text} ${equality[operator]} ${b.text})`;
  if (a.kind === "string") return `(${site.unit.call(compareText, a.text, b.text)} ${operator} 0)`;
  return `(${a.text} ${operator} ${b.text})`;
}

function binaryCode(site: Site, expression: BinaryExpression): Code {
  const { operator, left, right, type } = expression;
  switch (operator) {
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "&&":
    case "||":
    case "^^":
      return condition(conditionCode(site, expression));
    default: {
      if (type.kind === "float") {
        const text = `${floatExpression(site, left).text} ${operator} ${floatExpression(site, right).text}`;
        return { kind: "float", text: `(${text})` };
      }
      const isShift = operator === "<<" || operator === ">>";
      const whole = integerType(type);
      return arithmetic(
        site.unit,
        operator,
        whole,
        integerExpression(site, left, whole),
        integerExpression(site, right, isShift ? undefined : whole),
      );
    }
  }
}

function conditionalCode(test: string, then: Code, otherwise: Code): Code {
  const text = `(${test} ? ${then.text} : ${otherwise.text})`;
  return then.kind === "integer" && otherwise.kind === "integer"
    ? integerCode(text, unionRange(then.range, otherwise.range))
    : { ...then, text };
}

function castCode(site: Site, { operand, type }: CastExpression): Code {
  const code = expressionCode(site, operand);
  if (type.kind === "integer") {
    if (code.kind === "integer") return castInteger(site.unit, code, integerType(operand.type), type);
    const whole = integerCode(site.unit.call(floatToInt, code.text), typeRange(int64));
    return castInteger(site.unit, whole, int64, type);
  }
  if (type.kind !== "float" || code.kind === "string") return code;
  const number = code.kind === "float" ? code.text : `Number(${code.text})`;
  return { kind: "float", text: type.bits === 32 ? `Math.fround(${number})` : number };
}

/** A constant as the program holds it: up to its first NUL, at most `size` bytes. */
function cutText(text: string, size: number): string {
  const nul = text.indexOf("\0");
  return truncateText(nul < 0 ? text : text.slice(0, nul), size);
}

function floatLiteral(value: number): string {
  return Object.is(value, -0) || value < 0 ? `(${Object.is(value, -0) ? "-0" : value})` : String(value);
}
