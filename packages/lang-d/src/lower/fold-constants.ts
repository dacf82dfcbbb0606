/** Arithmetic on constants. */
import { normalizeInt, type ArithmeticOperator, type Span } from "@trace/core";
import { reject } from "@trace/syntax";
import type { IntegerDType, Typed } from "../types/d-type.ts";
import { constant, constantValue } from "../types/convert.ts";

/** Two constants as one. Division by a constant zero of a constant is refused, as DTrace does. */
export function foldConstants(
  operator: ArithmeticOperator,
  left: Typed,
  right: Typed,
  span: Span,
): Typed | undefined {
  const a = constantValue(left);
  const b = constantValue(right);
  if (a === undefined || b === undefined || left.type.kind !== "integer") return undefined;
  const value = compute(operator, BigInt(a), BigInt(b), left.type);
  if (value === undefined) reject("D_DIV_ZERO", "division by zero", span);
  return constant(normalizeInt(value), left.type, span);
}

function compute(
  operator: ArithmeticOperator,
  a: bigint,
  b: bigint,
  { ir }: IntegerDType,
): bigint | undefined {
  // A machine looks at the low bits of a shift count only.
  const shift = BigInt.asUintN(ir.bits === 64 ? 6 : 5, b);
  switch (operator) {
    case "+":
      return BigInt.asIntN(64, a + b);
    case "-":
      return BigInt.asIntN(64, a - b);
    case "*":
      return BigInt.asIntN(64, a * b);
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return BigInt.asIntN(64, a << shift);
    case ">>":
      return a >> shift;
  }
}
