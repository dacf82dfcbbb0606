/**
 * 64-bit operators for where generated code cannot prove that plain numbers are exact. `addInt` and `multiplyInt` of
 * core are the other two. Operands and results are in the range of their sign.
 */
import { normalizeInt, type Int } from "@trace/core";
import { nonZero } from "./fault.ts";

const MAX = Number.MAX_SAFE_INTEGER;
const HIGH = 0x1_0000_0000;

function wrap(value: bigint, signed: boolean): Int {
  return normalizeInt(signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
}

export function subtractInt(a: Int, b: Int, signed: boolean): Int {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (difference <= MAX && difference >= (signed ? -MAX : 0)) return difference;
  }
  return wrap(BigInt(a) - BigInt(b), signed);
}

/** Toward zero. Throws a fault on zero. */
export function divideInt(a: Int, b: Int, signed: boolean): Int {
  nonZero(b);
  if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) + 0;
  return wrap(BigInt(a) / BigInt(b), signed);
}

/** Has the sign of `a`. Throws a fault on zero. */
export function remainderInt(a: Int, b: Int): Int {
  nonZero(b);
  if (typeof a === "number" && typeof b === "number") return (a % b) + 0;
  return normalizeInt(BigInt(a) % BigInt(b));
}

export function andInt(a: Int, b: Int, signed: boolean): Int {
  if (typeof a === "number" && typeof b === "number")
    return join(Math.floor(a / HIGH) & Math.floor(b / HIGH), a & b);
  return wrap(BigInt(a) & BigInt(b), signed);
}

export function orInt(a: Int, b: Int, signed: boolean): Int {
  if (typeof a === "number" && typeof b === "number")
    return join(Math.floor(a / HIGH) | Math.floor(b / HIGH), a | b);
  return wrap(BigInt(a) | BigInt(b), signed);
}

export function xorInt(a: Int, b: Int, signed: boolean): Int {
  if (typeof a === "number" && typeof b === "number")
    return join(Math.floor(a / HIGH) ^ Math.floor(b / HIGH), a ^ b);
  return wrap(BigInt(a) ^ BigInt(b), signed);
}

/** The integer of two halves. The high one has 22 bits at most, as those of a safe integer; -(2^53) alone is none. */
function join(high: number, low: number): Int {
  const value = high * HIGH + (low >>> 0);
  return value < -MAX ? BigInt(value) : value;
}

export function complementInt(a: Int, signed: boolean): Int {
  return signed ? subtractInt(-1, a, true) : subtractInt(18446744073709551615n, a, false);
}

/** The count is taken modulo 64, as x86-64 and BPF do. */
export function shiftCount(count: Int): number {
  return typeof count === "number" ? count & 63 : Number(BigInt.asUintN(6, count));
}

/** `count` is 0 to 63. */
export function shiftLeftInt(a: Int, count: number, signed: boolean): Int {
  if (typeof a === "number") {
    const shifted = a * 2 ** count;
    if (shifted <= MAX && shifted >= -MAX) return shifted;
  }
  return wrap(BigInt(a) << BigInt(count), signed);
}

/** `count` is 0 to 63. Signed integers keep their sign, unsigned ones take in zeros. */
export function shiftRightInt(a: Int, count: number): Int {
  return typeof a === "number" ? Math.floor(a / 2 ** count) : normalizeInt(a >> BigInt(count));
}

/** For integers of at most 32 bits: `a << count`, count 0 to 63, not yet wrapped. */
export function shiftLeft32(a: number, count: number): number {
  return count > 31 ? 0 : a << count;
}

/** The low 32 bits, signed. */
export function low32(value: Int): number {
  return typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, value));
}
