/** Escape sequences of string and character constants (C99 6.4.4.4; `stresc2chr` of DTrace). */
import { decodeText, encodeText } from "@trace/core";

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))/gsu;

/** The bytes that the inside of a constant stands for. A backslash before any other character is dropped. */
export function unescapeBytes(inside: string): Uint8Array {
  const bytes: number[] = [];
  const append = (text: string): void => {
    for (const byte of encodeText(text)) bytes.push(byte);
  };
  let from = 0;
  for (const found of inside.matchAll(ESCAPE)) {
    append(inside.slice(from, found.index));
    const [whole, octal, hex, plain = ""] = found;
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (Object.hasOwn(SIMPLE, plain)) bytes.push(SIMPLE[plain] ?? 0);
    else append(plain);
    from = found.index + whole.length;
  }
  append(inside.slice(from));
  return Uint8Array.from(bytes);
}

/** The string that the inside of a constant stands for. Strings of D end at the first NUL. */
export function unescapeString(inside: string): string {
  if (!inside.includes("\\")) return inside;
  const bytes = unescapeBytes(inside);
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}
