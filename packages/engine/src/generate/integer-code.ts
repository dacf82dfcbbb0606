/**
 * Integer operators as JavaScript: on plain numbers as far as their results are exact, and calls of the 64-bit
 * operators beyond.
 */
import {
  addInt,
  multiplyInt,
  wrapInt,
  type ArithmeticOperator,
  type IntegerType,
  type UnaryOperator,
} from "@trace/core";
import { nonZero } from "../runtime/fault.ts";
import {
  andInt,
  complementInt,
  divideInt,
  low32,
  orInt,
  remainderInt,
  shiftCount,
  shiftLeft32,
  shiftLeftInt,
  shiftRightInt,
  subtractInt,
  xorInt,
} from "../runtime/integer64.ts";
import { integerCode, type IntegerCode } from "./code.ts";
import { constantRange, isSafe, isWithin, operatorRange, typeRange, wrapRange, type Range } from "./range.ts";
import type { Unit } from "./unit.ts";

const int32Range: Range = { min: -0x8000_0000, max: 0x7fff_ffff };
const uint32Range: Range = { min: 0, max: 0xffff_ffff };

/** A constant. */
export function integerLiteral(value: bigint): IntegerCode {
  const range = constantRange(value);
  const text = isSafe(range) ? String(value) : `${value}n`;
  return integerCode(value < 0n ? `(${text})` : text, range);
}

/** The value of a constant; undefined for what has to be evaluated. */
function constantOf({ text, range }: IntegerCode): number | undefined {
  const isLiteral = Number.isSafeInteger(range.min) && text === integerLiteral(BigInt(range.min)).text;
  return isLiteral ? range.min : undefined;
}

/** `code`, of type `from`, as `to`. */
export function castInteger(unit: Unit, code: IntegerCode, from: IntegerType, to: IntegerType): IntegerCode {
  const { range, text } = code;
  const whole = typeRange(to);
  if (isSafe(range) && isWithin(range, whole)) return code;
  if (to.bits < 64) return wrapNarrow(integerCode(isSafe(range) ? text : unit.call(low32, text), range), to);
  const isSame = from.bits === 64 && from.signed === to.signed;
  const fits = to.signed ? range.max < 2 ** 63 : range.min >= 0;
  return isSame || fits ? code : integerCode(unit.call(wrapInt, text, unit.link("type", to)), whole);
}

/** `code`, a plain number, wrapped to `type` of at most 32 bits. */
function wrapNarrow(code: IntegerCode, type: IntegerType): IntegerCode {
  if (isSafe(code.range) && isWithin(code.range, typeRange(type))) return code;
  const { text } = code;
  const spare = 32 - type.bits;
  const range = typeRange(type);
  if (spare === 0) return integerCode(type.signed ? `(${text} | 0)` : `(${text} >>> 0)`, range);
  return integerCode(type.signed ? `(${text} << ${spare} >> ${spare})` : `(${text} & ${range.max})`, range);
}

/** `left operator right` in `type`. Both have that type, except the right one of a shift. */
export function arithmetic(
  unit: Unit,
  operator: ArithmeticOperator,
  type: IntegerType,
  left: IntegerCode,
  right: IntegerCode,
): IntegerCode {
  if (operator === "<<" || operator === ">>") return shift(unit, operator, type, left, right);
  return type.bits === 64
    ? wideArithmetic(unit, operator, type.signed, left, right)
    : narrowArithmetic(unit, operator, type, left, right);
}

type PlainOperator = Exclude<ArithmeticOperator, "<<" | ">>">;

function narrowArithmetic(
  unit: Unit,
  operator: PlainOperator,
  type: IntegerType,
  left: IntegerCode,
  right: IntegerCode,
): IntegerCode {
  const range = operatorRange(operator, left.range, right.range) ?? typeRange(type);
  switch (operator) {
    case "+":
    case "-":
      return wrapNarrow(integerCode(`(${left.text} ${operator} ${right.text})`, range), type);
    case "*": {
      // A double product may lose its low bits, or be -0; Math.imul has the low 32 bits, signed.
      const product = integerCode(
        `Math.imul(${left.text}, ${right.text})`,
        isWithin(range, int32Range) ? range : int32Range,
      );
      return wrapNarrow(product, type);
    }
    case "/":
    case "%": {
      const quotient = `${left.text} ${operator} ${divisor(unit, right)}`;
      const whole = type.signed ? int32Range : uint32Range;
      const exact = isWithin(range, whole) ? range : whole;
      return wrapNarrow(integerCode(type.signed ? `(${quotient} | 0)` : `(${quotient} >>> 0)`, exact), type);
    }
    case "&":
    case "|":
    case "^":
      return wrapNarrow(bitwise32(operator, left, right, wrapRange(range, type)), type);
  }
}

/** On 32 bits; the operands are within int32 or uint32. */
function bitwise32(
  operator: "&" | "|" | "^",
  left: IntegerCode,
  right: IntegerCode,
  range: Range,
): IntegerCode {
  const text = `(${left.text} ${operator} ${right.text})`;
  return integerCode(range.max > int32Range.max ? `(${text} >>> 0)` : text, range);
}

function isPositive(code: IntegerCode): boolean {
  return code.range.min >= 0;
}

function isZero({ range }: IntegerCode): boolean {
  return range.min <= 0 && range.max >= 0;
}

/** The text of a divisor; throws a fault where it may be zero and is. */
function divisor(unit: Unit, code: IntegerCode): string {
  if (!isZero(code)) return code.text;
  unit.canFault = true;
  return unit.call(nonZero, code.text);
}

const wideOperators = {
  "+": addInt,
  "-": subtractInt,
  "*": multiplyInt,
  "/": divideInt,
  "%": remainderInt,
  "&": andInt,
  "|": orInt,
  "^": xorInt,
} as const;

function wideArithmetic(
  unit: Unit,
  operator: PlainOperator,
  signed: boolean,
  left: IntegerCode,
  right: IntegerCode,
): IntegerCode {
  const type: IntegerType = { kind: "integer", bits: 64, signed };
  const raw = operatorRange(operator, left.range, right.range) ?? typeRange(type);
  const isExact = isSafe(left.range) && isSafe(right.range) && isSafe(raw) && (signed || raw.min >= 0);
  if (isExact) {
    const plain = plainArithmetic(unit, operator, left, right, raw);
    if (plain !== undefined) return plain;
  }
  if ((operator === "/" || operator === "%") && isZero(right)) unit.canFault = true;
  const text = unit.call(wideOperators[operator], left.text, right.text, String(signed));
  return integerCode(text, wrapRange(raw, type));
}

/** Operands and result are exact as plain numbers. `+ 0` is where the result might be -0. */
function plainArithmetic(
  unit: Unit,
  operator: PlainOperator,
  left: IntegerCode,
  right: IntegerCode,
  range: Range,
): IntegerCode | undefined {
  const mayBeNegativeZero = left.range.min < 0 || right.range.min < 0;
  const withoutNegativeZero = (text: string): string => (mayBeNegativeZero ? `(${text} + 0)` : `(${text})`);
  switch (operator) {
    case "+":
    case "-":
      return integerCode(`(${left.text} ${operator} ${right.text})`, range);
    case "*":
      return integerCode(withoutNegativeZero(`${left.text} * ${right.text}`), range);
    case "/":
      return integerCode(withoutNegativeZero(`Math.trunc(${left.text} / ${divisor(unit, right)})`), range);
    case "%":
      return integerCode(withoutNegativeZero(`${left.text} % ${divisor(unit, right)}`), range);
    case "&":
    case "|":
    case "^": {
      const whole = isPositive(left) && isPositive(right) ? uint32Range : int32Range;
      const fits =
        (isWithin(left.range, whole) && isWithin(right.range, whole)) ||
        // The low bits alone matter.
        (operator === "&" && isWithin(range, { min: 0, max: int32Range.max }));
      return fits ? bitwise32(operator, left, right, range) : undefined;
    }
  }
}

function shift(
  unit: Unit,
  operator: "<<" | ">>",
  type: IntegerType,
  left: IntegerCode,
  right: IntegerCode,
): IntegerCode {
  const count = shiftCountCode(unit, right);
  const constant = constantOf(count);
  const raw = constant === undefined ? undefined : operatorRange(operator, left.range, count.range);
  if (operator === ">>") {
    const range =
      raw ?? wrapRange({ min: Math.min(left.range.min, 0), max: Math.max(left.range.max, 0) }, type);
    if (constant !== undefined && constant < 32 && isWithin(left.range, int32Range))
      return integerCode(`(${left.text} >> ${count.text})`, range);
    if (constant !== undefined && isSafe(left.range))
      return integerCode(`Math.floor(${left.text} / ${2 ** constant})`, range);
    return integerCode(unit.call(shiftRightInt, left.text, count.text), range);
  }
  if (type.bits === 64) {
    if (constant !== undefined && raw !== undefined && isSafe(raw))
      return integerCode(`(${left.text} * ${2 ** constant})`, raw);
    const text = unit.call(shiftLeftInt, left.text, count.text, String(type.signed));
    return integerCode(text, wrapRange(raw ?? typeRange(type), type));
  }
  const shifted =
    constant !== undefined && constant < 32
      ? `(${left.text} << ${count.text})`
      : unit.call(shiftLeft32, left.text, count.text);
  // JavaScript shifts on 32 bits, signed.
  return wrapNarrow(
    integerCode(shifted, raw !== undefined && isWithin(raw, int32Range) ? raw : int32Range),
    type,
  );
}

/** The count of a shift: 0 to 63, a plain number. */
function shiftCountCode(unit: Unit, code: IntegerCode): IntegerCode {
  const { range, text } = code;
  const constant = constantOf(code);
  if (constant !== undefined) return integerLiteral(BigInt.asUintN(6, BigInt(constant)));
  if (range.min >= 0 && range.max <= 63) return code;
  if (isSafe(range)) return integerCode(`(${text} & 63)`, { min: 0, max: 63 });
  return integerCode(unit.call(shiftCount, text), { min: 0, max: 63 });
}

/** `-` and `~`. */
export function negation(
  unit: Unit,
  operator: Exclude<UnaryOperator, "!">,
  type: IntegerType,
  operand: IntegerCode,
): IntegerCode {
  if (operator === "-") return arithmetic(unit, "-", type, integerLiteral(0n), operand);
  if (type.bits < 64) return wrapNarrow(integerCode(`~${operand.text}`, int32Complement(operand)), type);
  if (type.signed && isWithin(operand.range, int32Range))
    return integerCode(`~${operand.text}`, { min: ~operand.range.max, max: ~operand.range.min });
  return integerCode(unit.call(complementInt, operand.text, String(type.signed)), typeRange(type));
}

function int32Complement({ range }: IntegerCode): Range {
  return isWithin(range, int32Range) ? { min: ~range.max, max: ~range.min } : int32Range;
}
