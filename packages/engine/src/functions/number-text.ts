/** Integers as text and back. */
import { normalizeInt, truncateText, type Int } from "@trace/core";

/** `value` in `base`; in decimal with a sign, else its 64 bits without one. A base that is none is 10. */
export function lltostr(value: Int, base: number, size: number): string {
  const isBase = base >= 2 && base <= 36 && base !== 10;
  const text = isBase ? BigInt.asUintN(64, BigInt(value)).toString(base) : value.toString();
  return truncateText(text, size);
}

/** The integer that `text` starts with, after blanks and a sign, saturating at 64 bits; 0 where there is none (strtoll(3)). */
export function strtoll(text: string, base: number): Int {
  const sign = /^[ \t\n\v\f\r]*([+-]?)/.exec(text) as RegExpExecArray;
  let rest = text.slice(sign[0].length);
  if (base === 16 && /^0[xX][0-9a-fA-F]/.test(rest)) rest = rest.slice(2);
  const radix = base >= 2 && base <= 36 ? base : 10;
  let value = 0n;
  for (const character of rest) {
    const digit = /^[0-9a-zA-Z]$/.test(character) ? Number.parseInt(character, 36) : 36;
    if (digit >= radix) break;
    value = value * BigInt(radix) + BigInt(digit);
  }
  if (sign[1] === "-") value = -value;
  const limit = 1n << 63n;
  return normalizeInt(value < -limit ? -limit : value >= limit ? limit - 1n : value);
}
