/**
 * The types of the IR.
 *
 * They are plain JSON, so that a Program can travel to another process as it is.
 */

/** An integer in two's complement. Arithmetic wraps at `bits`. */
export interface IntegerType {
  readonly kind: "integer";
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
}

/** An IEEE 754 number. No kernel tracer computes with them; they travel as their bits. */
export interface FloatType {
  readonly kind: "float";
  readonly bits: 32 | 64;
}

/** A string of bytes, at most the program's `stringSize` long. See `text.ts` for how bytes live in a JS string. */
export interface StringType {
  readonly kind: "string";
}

/** A stack trace, of the user or the kernel side, of at most `depth` frames. */
export interface StackType {
  readonly kind: "stack";
  readonly space: "user" | "kernel";
  readonly depth: number;
}

/** No value: the type of an action used as an expression. */
export interface VoidType {
  readonly kind: "void";
}

/** The type of an IR expression, a variable, or a key of an aggregation. */
export type Type = IntegerType | FloatType | StringType | StackType | VoidType;

export const int8: IntegerType = { kind: "integer", bits: 8, signed: true };
export const int16: IntegerType = { kind: "integer", bits: 16, signed: true };
export const int32: IntegerType = { kind: "integer", bits: 32, signed: true };
export const int64: IntegerType = { kind: "integer", bits: 64, signed: true };
export const uint8: IntegerType = { kind: "integer", bits: 8, signed: false };
export const uint16: IntegerType = { kind: "integer", bits: 16, signed: false };
export const uint32: IntegerType = { kind: "integer", bits: 32, signed: false };
export const uint64: IntegerType = { kind: "integer", bits: 64, signed: false };
export const float64: FloatType = { kind: "float", bits: 64 };
export const string: StringType = { kind: "string" };
export const nothing: VoidType = { kind: "void" };

/** Are `a` and `b` the same type? */
export function sameType(a: Type, b: Type): boolean {
  if (a.kind === "integer" && b.kind === "integer") return a.bits === b.bits && a.signed === b.signed;
  if (a.kind === "float" && b.kind === "float") return a.bits === b.bits;
  if (a.kind === "stack" && b.kind === "stack") return a.space === b.space && a.depth === b.depth;
  return a.kind === b.kind;
}

/** A short name for messages: `int64`, `string`, `stack`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `${type.signed ? "int" : "uint"}${type.bits}`;
    case "float":
      return type.bits === 64 ? "double" : "float";
    case "string":
    case "stack":
    case "void":
      return type.kind;
  }
}
