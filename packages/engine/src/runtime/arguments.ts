/**
 * A probe's arguments as the application gave them, as what their declared types say: the conversions of the native
 * `fire` (provider-stapsdt), so that both see the same. None runs code of the application, but for the JSON of a `json` argument.
 */
import { normalizeInt, truncateText, type Int } from "@trace/core";

/** Toward zero, modulo 2^64; 0 for what is no number. */
function toBits(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  return value === true ? 1n : 0n;
}

/** An argument of at most 32 bits: its low 32 bits, signed, to be narrowed further. */
export function argument32(value: unknown): number {
  return typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, toBits(value)));
}

/** An argument of 64 bits, signed. */
export function argument64(value: unknown): Int {
  return Number.isSafeInteger(value) ? (value as number) + 0 : normalizeInt(BigInt.asIntN(64, toBits(value)));
}

/** An argument declared `double`. */
export function argumentDouble(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "bigint" ? Number(BigInt.asIntN(64, value)) : 0;
}

/** An argument declared `string`, of at most `size` bytes: up to the first NUL, as C reads it. Empty for what is no text. */
export function argumentText(value: unknown, size: number): string {
  if (typeof value === "string") {
    if (value.length * 3 <= size && !value.includes("\0") && value.isWellFormed()) return value;
    return cleanText(value, size);
  }
  const isText = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  return isText ? truncateText(String(value), size) : "";
}

function cleanText(value: string, size: number): string {
  const nul = value.indexOf("\0");
  return truncateText((nul < 0 ? value : value.slice(0, nul)).toWellFormed(), size);
}

/** An argument declared `json`: what JSON.stringify makes of it, empty where that fails. */
export function argumentJson(value: unknown, size: number): string {
  try {
    return argumentText(JSON.stringify(value), size);
  } catch {
    return "";
  }
}

const view = new DataView(new ArrayBuffer(8));

/** The IEEE 754 bits of `value` as a signed integer. */
export function doubleToBits(value: number): Int {
  view.setFloat64(0, value);
  return normalizeInt(view.getBigInt64(0));
}

/** The number whose IEEE 754 bits `bits` has. */
export function bitsToDouble(bits: Int): number {
  view.setBigInt64(0, BigInt(bits));
  return view.getFloat64(0);
}

/** `value` toward zero, modulo 2^64, signed; 0 for what is not finite. */
export function floatToInt(value: number): Int {
  return argument64(value);
}
