/**
 * 64-bit integers in JavaScript.
 *
 * An `Int` is a number while the integer is exact there (|n| <= 2^53 - 1) and a bigint beyond: each integer has one
 * representation, so `===` and Map keys work, and the common case never pays for bigint.
 */
import type { IntegerType } from "./type.ts";

/** A 64-bit integer, signed or unsigned: a safe-integer number, or a bigint where a number would not be exact. */
export type Int = number | bigint;

/** An `Int` as JSON: a bigint becomes its decimal string. */
export type IntJson = number | string;

const MAX = Number.MAX_SAFE_INTEGER;
const MAX_BIG = BigInt(MAX);

/** The one representation of `value` as an `Int`. */
export function normalizeInt(value: bigint): Int {
  return value <= MAX_BIG && value >= -MAX_BIG ? Number(value) : value;
}

/** `value` wrapped to the width and sign of `type`, as a cast in C does. */
export function wrapInt(value: Int, type: IntegerType): Int {
  if (typeof value === "number") {
    if (type.bits === 32) return type.signed ? value | 0 : value >>> 0;
    if (type.bits === 64) {
      if (type.signed || value >= 0) return value;
    } else {
      const shift = 32 - type.bits;
      return type.signed ? (value << shift) >> shift : (value << shift) >>> shift;
    }
  }
  const big = BigInt(value);
  return normalizeInt(type.signed ? BigInt.asIntN(type.bits, big) : BigInt.asUintN(type.bits, big));
}

/** `a + b` in 64-bit two's complement. */
export function addInt(a: Int, b: Int, signed = true): Int {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum <= MAX && sum >= (signed ? -MAX : 0)) return sum;
  }
  const sum = BigInt(a) + BigInt(b);
  return normalizeInt(signed ? BigInt.asIntN(64, sum) : BigInt.asUintN(64, sum));
}

/** `a * b` in 64-bit two's complement. */
export function multiplyInt(a: Int, b: Int, signed = true): Int {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    // `+ 0` turns -0 into 0: an integer has no negative zero.
    if (product <= MAX && product >= (signed ? -MAX : 0)) return product + 0;
  }
  const product = BigInt(a) * BigInt(b);
  return normalizeInt(signed ? BigInt.asIntN(64, product) : BigInt.asUintN(64, product));
}

/** Orders two integers: negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareInt(a: Int, b: Int): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `value` for JSON: exact at any size. */
export function intToJson(value: Int): IntJson {
  return typeof value === "number" ? value : value.toString();
}

/** The integer that `intToJson` wrote. Throws a SyntaxError on a string that is no decimal integer. */
export function intFromJson(value: IntJson): Int {
  return typeof value === "number" ? value : normalizeInt(BigInt(value));
}
