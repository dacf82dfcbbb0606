/** Fields of a line as values: integers in decimal, strings as `%S` of DTrace escapes them. */
import { decodeText, encodeText, normalizeInt, type Int, type Type, type Value } from "@trace/core";

/** The integer in `text`, in the range of `type`; undefined where there is none. */
export function readInteger(text: string, type: Type): Int | undefined {
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const isUnsigned = type.kind === "integer" && !type.signed;
  const integer = BigInt(text);
  return normalizeInt(isUnsigned ? BigInt.asUintN(64, integer) : BigInt.asIntN(64, integer));
}

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** The string that `text` shows, up to its NUL. */
export function readString(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: number[] = [];
  for (const [whole, octal, simple] of text.matchAll(/\\(?:([0-7]{3})|(.))|[^\\]+/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else if (simple === "0") break;
    else if (simple !== undefined) bytes.push(SIMPLE[simple] ?? simple.charCodeAt(0));
    else bytes.push(...encodeText(whole));
  }
  return decodeText(Uint8Array.from(bytes));
}

/** A field of `type`; undefined where it is none. */
export function readField(text: string, type: Type): Value | undefined {
  if (type.kind === "string") return readString(text);
  if (type.kind !== "float") return readInteger(text, type);
  const bits = readInteger(text, type);
  if (bits === undefined) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, BigInt(bits));
  return { float: view.getFloat64(0) };
}
