/** Constants and conversions between integer types. */
import {
  intFromJson,
  intToJson,
  normalizeInt,
  sameType,
  wrapInt,
  type Expression,
  type Int,
  type IntegerLiteral,
  type Span,
} from "@trace/core";
import { integerType, irType, type DType, type IntegerDType, type Typed } from "./d-type.ts";

/** `value`, wrapped to `type`, as a constant. */
export function constant(
  value: Int | bigint,
  type: IntegerDType,
  span: Span,
): Typed & { ir: IntegerLiteral } {
  const wrapped = wrapInt(typeof value === "bigint" ? normalizeInt(value) : value, type.ir);
  return { ir: { kind: "integer", value: intToJson(wrapped), type: type.ir, span }, type };
}

/** The value of an integer constant; undefined for any other expression. */
export function constantValue({ ir }: Typed): Int | undefined {
  return ir.kind === "integer" ? intFromJson(ir.value) : undefined;
}

/** `typed` as `type`: the IR expression with a cast where one is needed. Both are integers, floats or addresses. */
export function convert(typed: Typed, type: DType): Expression {
  const to = irType(type);
  const { ir } = typed;
  if (sameType(ir.type, to)) return ir;
  if (ir.kind === "integer" && to.kind === "integer")
    return { ...ir, value: intToJson(wrapInt(intFromJson(ir.value), to)), type: to };
  return { kind: "cast", operand: ir, type: to, ...(ir.span === undefined ? {} : { span: ir.span }) };
}

/** The first type of C's list that holds a constant: decimal constants without `u` are signed. */
export function literalType(value: bigint, decimal: boolean, suffix: string): IntegerDType | undefined {
  const unsigned = suffix.startsWith("u");
  const ranks = ["int", "long", "long long"] as const;
  const least = Math.min(suffix.replace("u", "").length, 2);
  for (const rank of ranks.slice(least)) {
    const signedType = integerType(rank);
    if (!unsigned && value <= (1n << BigInt(signedType.ir.bits - 1)) - 1n) return signedType;
    if ((unsigned || !decimal) && value <= (1n << BigInt(signedType.ir.bits)) - 1n)
      return integerType(`unsigned ${rank}`);
  }
  return undefined;
}
