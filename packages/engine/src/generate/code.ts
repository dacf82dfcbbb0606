/** Pieces of generated code: JavaScript expressions, and what is known of their values. */
import type { Range } from "./range.ts";

/** An `Int`; a plain number for certain where `range` is safe. */
export interface IntegerCode {
  readonly kind: "integer";
  readonly text: string;
  readonly range: Range;
}

/** A string of at most the program's `stringSize` bytes. */
export interface StringCode {
  readonly kind: "string";
  readonly text: string;
}

/** A plain number that stands for a float. */
export interface FloatCode {
  readonly kind: "float";
  readonly text: string;
}

export type Code = IntegerCode | StringCode | FloatCode;

export function integerCode(text: string, range: Range): IntegerCode {
  return { kind: "integer", text, range };
}
