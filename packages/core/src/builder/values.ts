/** Expressions with JavaScript's methods: what a probe's arguments, variables and facts are in a program being built. */
import type { BinaryOperator, Expression, UnaryOperator } from "../ir/expression.ts";
import { functions, type FunctionName } from "../ir/functions.ts";
import { intToJson, normalizeInt, type Int } from "../value/integer.ts";
import {
  float64,
  int32,
  int64,
  string,
  typeName,
  uint64,
  type IntegerType,
  type Type,
} from "../value/type.ts";

/** The name of an integer type. */
export type IntegerTypeName = `${"int" | "uint"}${8 | 16 | 32 | 64}`;

/** What stands for an integer: a constant takes the type of what it is used with. */
export type IntegerOperand = IntegerValue | Int;
/** What stands for a string. */
export type StringOperand = StringValue | string;
/** What stands for a float. */
export type FloatOperand = FloatValue | number;
/** Any expression of a program being built. */
export type AnyValue = IntegerValue | StringValue | FloatValue;

/**
 * An integer expression. Arithmetic is C's: of 32 bits at least, of the wider operand's type, unsigned where that is,
 * wrapping around.
 */
export class IntegerValue<Name extends IntegerTypeName = IntegerTypeName> {
  readonly expression: Expression;
  readonly type: IntegerType;
  readonly typeName: Name;

  constructor(expression: Expression, type: IntegerType) {
    this.expression = expression;
    this.type = type;
    this.typeName = typeName(type) as Name;
  }

  add(other: IntegerOperand): IntegerValue {
    return this.arithmetic("+", other);
  }

  subtract(other: IntegerOperand): IntegerValue {
    return this.arithmetic("-", other);
  }

  multiply(other: IntegerOperand): IntegerValue {
    return this.arithmetic("*", other);
  }

  /** Toward zero. A run-time error where `other` is zero. */
  divide(other: IntegerOperand): IntegerValue {
    return this.arithmetic("/", other);
  }

  /** Has the sign of the dividend. A run-time error where `other` is zero. */
  remainder(other: IntegerOperand): IntegerValue {
    return this.arithmetic("%", other);
  }

  bitAnd(other: IntegerOperand): IntegerValue {
    return this.arithmetic("&", other);
  }

  bitOr(other: IntegerOperand): IntegerValue {
    return this.arithmetic("|", other);
  }

  bitXor(other: IntegerOperand): IntegerValue {
    return this.arithmetic("^", other);
  }

  /** The count is taken modulo 64. */
  shiftLeft(count: IntegerOperand): IntegerValue {
    return this.shift("<<", count);
  }

  /** Keeps the sign of a signed integer. The count is taken modulo 64. */
  shiftRight(count: IntegerOperand): IntegerValue {
    return this.shift(">>", count);
  }

  negate(): IntegerValue {
    return this.unary("-");
  }

  complement(): IntegerValue {
    return this.unary("~");
  }

  equals(other: IntegerOperand): IntegerValue<"int32"> {
    return this.compare("==", other);
  }

  notEquals(other: IntegerOperand): IntegerValue<"int32"> {
    return this.compare("!=", other);
  }

  lessThan(other: IntegerOperand): IntegerValue<"int32"> {
    return this.compare("<", other);
  }

  atMost(other: IntegerOperand): IntegerValue<"int32"> {
    return this.compare("<=", other);
  }

  greaterThan(other: IntegerOperand): IntegerValue<"int32"> {
    return this.compare(">", other);
  }

  atLeast(other: IntegerOperand): IntegerValue<"int32"> {
    return this.compare(">=", other);
  }

  /** Wrapped to `type`, as a cast in C. */
  as(type: IntegerType): IntegerValue {
    return new IntegerValue(converted(this, type), type);
  }

  /** In decimal. */
  toText(): StringValue {
    return callText("lltostr", this.as(int64).expression);
  }

  toFloat(): FloatValue {
    return new FloatValue({ kind: "cast", operand: this.expression, type: float64 });
  }

  private arithmetic(operator: BinaryOperator, other: IntegerOperand): IntegerValue {
    const right = integerValue(other, this.type);
    const type = commonType(this.type, right.type);
    const operands = { left: converted(this, type), right: converted(right, type) };
    return new IntegerValue({ kind: "binary", operator, ...operands, type }, type);
  }

  private shift(operator: BinaryOperator, count: IntegerOperand): IntegerValue {
    const type = promoted(this.type);
    const right = integerValue(count, int32).expression;
    return new IntegerValue({ kind: "binary", operator, left: converted(this, type), right, type }, type);
  }

  private unary(operator: UnaryOperator): IntegerValue {
    const type = promoted(this.type);
    return new IntegerValue({ kind: "unary", operator, operand: converted(this, type), type }, type);
  }

  private compare(operator: BinaryOperator, other: IntegerOperand): IntegerValue<"int32"> {
    const right = integerValue(other, this.type);
    const type = commonType(this.type, right.type);
    return truth(operator, converted(this, type), converted(right, type));
  }
}

/** A string expression. Strings are bytes; lengths and offsets count them. */
export class StringValue {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  equals(other: StringOperand): IntegerValue<"int32"> {
    return truth("==", this.expression, stringValue(other).expression);
  }

  notEquals(other: StringOperand): IntegerValue<"int32"> {
    return truth("!=", this.expression, stringValue(other).expression);
  }

  /** In bytes. */
  length(): IntegerValue<"int64"> {
    return callInteger("strlen", int64, this.expression);
  }

  /** Followed by `other`. */
  concat(other: StringOperand): StringValue {
    return callText("strjoin", this.expression, stringValue(other).expression);
  }

  /** `length` bytes from `start`, which counts from the end where it is negative; without a length, to the end. */
  substring(start: IntegerOperand, length?: IntegerOperand): StringValue {
    const rest = length === undefined ? [] : [integerValue(length, int32).as(int32).expression];
    return callText("substr", this.expression, integerValue(start, int32).as(int32).expression, ...rest);
  }

  /** Offset of the first `part`, or -1. */
  indexOf(part: StringOperand): IntegerValue<"int32"> {
    return callInteger("index", int32, this.expression, stringValue(part).expression);
  }

  /** Offset of the last `part`, or -1. */
  lastIndexOf(part: StringOperand): IntegerValue<"int32"> {
    return callInteger("rindex", int32, this.expression, stringValue(part).expression);
  }

  includes(part: StringOperand): IntegerValue<"int32"> {
    return this.indexOf(part).atLeast(0);
  }

  /** The last component of a path name. */
  basename(): StringValue {
    return callText("basename", this.expression);
  }

  /** All but the last component of a path name. */
  dirname(): StringValue {
    return callText("dirname", this.expression);
  }

  /** Letters of ASCII. */
  toLowerCase(): StringValue {
    return callText("tolower", this.expression);
  }

  /** Letters of ASCII. */
  toUpperCase(): StringValue {
    return callText("toupper", this.expression);
  }

  /** The integer that it starts with, in decimal; 0 where there is none. */
  toInteger(): IntegerValue<"int64"> {
    return callInteger("strtoll", int64, this.expression);
  }
}

/** A floating-point expression: no tracer in the kernel computes with them. */
export class FloatValue {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  add(other: FloatOperand): FloatValue {
    return this.arithmetic("+", other);
  }

  subtract(other: FloatOperand): FloatValue {
    return this.arithmetic("-", other);
  }

  multiply(other: FloatOperand): FloatValue {
    return this.arithmetic("*", other);
  }

  divide(other: FloatOperand): FloatValue {
    return this.arithmetic("/", other);
  }

  lessThan(other: FloatOperand): IntegerValue<"int32"> {
    return truth("<", this.expression, floatValue(other).expression);
  }

  greaterThan(other: FloatOperand): IntegerValue<"int32"> {
    return truth(">", this.expression, floatValue(other).expression);
  }

  /** Toward zero. */
  toInteger(): IntegerValue<"int64"> {
    return new IntegerValue({ kind: "cast", operand: this.expression, type: int64 }, int64);
  }

  private arithmetic(operator: BinaryOperator, other: FloatOperand): FloatValue {
    const right = floatValue(other).expression;
    return new FloatValue({ kind: "binary", operator, left: this.expression, right, type: float64 });
  }
}

/** True where both are; the right one is evaluated only when needed. */
export function and(left: IntegerOperand, right: IntegerOperand): IntegerValue<"int32"> {
  return truth("&&", integerValue(left, int64).expression, integerValue(right, int64).expression);
}

/** True where either is; the right one is evaluated only when needed. */
export function or(left: IntegerOperand, right: IntegerOperand): IntegerValue<"int32"> {
  return truth("||", integerValue(left, int64).expression, integerValue(right, int64).expression);
}

/** True where `operand` is zero. */
export function not(operand: IntegerOperand): IntegerValue<"int32"> {
  const { expression } = integerValue(operand, int64);
  return new IntegerValue({ kind: "unary", operator: "!", operand: expression, type: int32 }, int32);
}

/** `operand` as an expression; a constant is of `type` where it fits, else of 64 bits. */
export function integerValue(operand: IntegerOperand, type: IntegerType): IntegerValue {
  if (operand instanceof IntegerValue) return operand;
  const big = BigInt(operand);
  const fits = (one: IntegerType): boolean =>
    (one.signed ? BigInt.asIntN(one.bits, big) : BigInt.asUintN(one.bits, big)) === big;
  const fitting = [type, int64, uint64].find(fits);
  if (fitting === undefined) throw new RangeError(`${operand} has more than 64 bits`);
  return new IntegerValue({ kind: "integer", value: intToJson(normalizeInt(big)), type: fitting }, fitting);
}

export function stringValue(operand: StringOperand): StringValue {
  return operand instanceof StringValue
    ? operand
    : new StringValue({ kind: "string", value: operand, type: string });
}

export function floatValue(operand: FloatOperand): FloatValue {
  return operand instanceof FloatValue
    ? operand
    : new FloatValue({ kind: "float", value: operand, type: float64 });
}

/** The value of an expression, by its type. */
export function valueOf(expression: Expression): AnyValue {
  const { type } = expression;
  if (type.kind === "integer") return new IntegerValue(expression, type);
  return type.kind === "float" ? new FloatValue(expression) : new StringValue(expression);
}

/** An operand as an expression of `type`. */
export function operandExpression(operand: AnyValue | Int | string, type: Type): Expression {
  if (operand instanceof StringValue || operand instanceof FloatValue) return operand.expression;
  if (typeof operand === "string") return stringValue(operand).expression;
  const wanted = type.kind === "integer" ? type : int64;
  return converted(integerValue(operand, wanted), wanted);
}

/** `value` as an expression of `type`. */
function converted(value: IntegerValue, type: IntegerType): Expression {
  const isSame = value.type.bits === type.bits && value.type.signed === type.signed;
  return isSame ? value.expression : { kind: "cast", operand: value.expression, type };
}

/** C's integer promotion: arithmetic has 32 bits at least. */
function promoted(type: IntegerType): IntegerType {
  return type.bits < 32 ? int32 : type;
}

/** C's usual arithmetic conversions. */
function commonType(a: IntegerType, b: IntegerType): IntegerType {
  const [left, right] = [promoted(a), promoted(b)];
  if (left.bits !== right.bits) return left.bits > right.bits ? left : right;
  return left.signed ? right : left;
}

function truth(operator: BinaryOperator, left: Expression, right: Expression): IntegerValue<"int32"> {
  return new IntegerValue({ kind: "binary", operator, left, right, type: int32 }, int32);
}

function callText(name: FunctionName, ...given: readonly Expression[]): StringValue {
  return new StringValue({ kind: "call", function: name, arguments: given, type: functions[name].result });
}

function callInteger<Name extends IntegerTypeName>(
  name: FunctionName,
  type: IntegerType,
  ...given: readonly Expression[]
): IntegerValue<Name> {
  return new IntegerValue({ kind: "call", function: name, arguments: given, type }, type);
}
