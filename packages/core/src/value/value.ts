/** The values that programs compute and events carry. */
import { intFromJson, intToJson, type Int, type IntJson } from "./integer.ts";

/** One frame of a stack. `address` is the return address; the rest is there where a symbol was found. */
export interface StackFrame {
  readonly address: Int;
  readonly module?: string;
  readonly symbol?: string;
  /** Bytes from the start of the symbol. */
  readonly offset?: number;
}

/** A stack trace, innermost frame first. */
export interface Stack {
  readonly frames: readonly StackFrame[];
}

/** A floating-point value; boxed, for a bare number is an integer. */
export interface Float {
  readonly float: number;
}

/** A value of the IR. */
export type Value = Int | string | Float | Stack;

/** A value as JSON: integers beyond 2^53 are `{ "int": "decimal" }`, for a plain string is a string. */
export type ValueJson =
  | number
  | string
  | { int: string }
  | { float: number | string }
  | { frames: StackFrameJson[] };

interface StackFrameJson {
  address: IntJson;
  module?: string;
  symbol?: string;
  offset?: number;
}

/** Is `value` an integer? */
export function isInt(value: Value): value is Int {
  return typeof value === "number" || typeof value === "bigint";
}

/** `value` as JSON, exact. */
export function valueToJson(value: Value): ValueJson {
  if (typeof value === "bigint") return { int: value.toString() };
  if (typeof value !== "object") return value;
  if ("float" in value) return { float: floatToJson(value.float) };
  return { frames: value.frames.map((frame) => ({ ...frame, address: intToJson(frame.address) })) };
}

/** JSON has neither infinities, nor NaN, nor a negative zero. */
function floatToJson(float: number): number | string {
  if (Object.is(float, -0)) return "-0";
  return Number.isFinite(float) ? float : String(float);
}

/** The value that {@link valueToJson} wrote. Throws a SyntaxError on a malformed integer. */
export function valueFromJson(json: ValueJson): Value {
  if (typeof json !== "object") return json;
  if ("int" in json) return intFromJson(json.int);
  if ("float" in json) return { float: Number(json.float) };
  return { frames: json.frames.map((frame) => ({ ...frame, address: intFromJson(frame.address) })) };
}
