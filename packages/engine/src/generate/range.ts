/**
 * What is known of an integer expression's value. Ends are doubles, exact while safe; an end beyond that only says so,
 * and is at or beyond the true one.
 */
import type { IntegerType } from "@trace/core";

export interface Range {
  readonly min: number;
  readonly max: number;
}

const MAX = Number.MAX_SAFE_INTEGER;
/** Outside of every type: what may be beyond its type wraps. */
const BEYOND = 2 ** 65;

/** All values of `type`. */
export function typeRange(type: IntegerType): Range {
  return type.signed
    ? { min: -(2 ** (type.bits - 1)), max: 2 ** (type.bits - 1) - 1 }
    : { min: 0, max: 2 ** type.bits - 1 };
}

/** Are all values exact as plain numbers? */
export function isSafe(range: Range): boolean {
  return range.min >= -MAX && range.max <= MAX;
}

export function isWithin(inner: Range, outer: Range): boolean {
  return inner.min >= outer.min && inner.max <= outer.max;
}

/** `range` where it is within `type`, else all of `type`: what wrapping makes of it. */
export function wrapRange(range: Range, type: IntegerType): Range {
  const whole = typeRange(type);
  return isWithin(range, whole) ? range : whole;
}

export function unionRange(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/** Zero and one: what comparisons yield. */
export const bitRange: Range = { min: 0, max: 1 };

function hull(...ends: readonly number[]): Range {
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

/** The one value `value`. */
export function constantRange(value: bigint): Range {
  return outward({ min: Number(value), max: Number(value) });
}

/** Moves ends that are not exact to where no value is beyond them. */
function outward({ min, max }: Range): Range {
  return {
    min: min > MAX ? MAX + 1 : min < -MAX ? -BEYOND : min + 0,
    max: max < -MAX ? -MAX - 1 : max > MAX ? BEYOND : max + 0,
  };
}

/** The result of an operator without a width; undefined where nothing better than the type's range is known. */
export function operatorRange(operator: string, a: Range, b: Range): Range | undefined {
  const range = plainRange(operator, a, b);
  return range === undefined ? undefined : outward(range);
}

function plainRange(operator: string, a: Range, b: Range): Range | undefined {
  const isExact = isSafe(a) && isSafe(b);
  switch (operator) {
    case "+":
      return isExact ? { min: a.min + b.min, max: a.max + b.max } : undefined;
    case "-":
      return isExact ? { min: a.min - b.max, max: a.max - b.min } : undefined;
    case "*":
      return isExact ? hull(a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max) : undefined;
    case "/": {
      // The least divisor in size is 1: nothing grows. Negative divisors mirror.
      const mirrored = b.min < 0 ? hull(a.min, a.max, -a.min, -a.max, 0) : hull(a.min, a.max, 0);
      if (b.min === b.max && b.min > 0) return hull(Math.trunc(a.min / b.min), Math.trunc(a.max / b.min));
      return mirrored;
    }
    case "%": {
      const size = Math.max(Math.abs(b.min), Math.abs(b.max), 1) - 1;
      return { min: Math.max(Math.min(a.min, 0), -size), max: Math.min(Math.max(a.max, 0), size) };
    }
    case "&":
      if (a.min >= 0 && b.min >= 0) return { min: 0, max: Math.min(a.max, b.max) };
      if (a.min >= 0) return { min: 0, max: a.max };
      return b.min >= 0 ? { min: 0, max: b.max } : undefined;
    case "|":
    case "^": {
      const bits = Math.max(bitsOf(a), bitsOf(b));
      return { min: a.min < 0 || b.min < 0 ? -(2 ** bits) : 0, max: 2 ** bits - 1 };
    }
    case "<<":
      return isExact && b.min === b.max ? { min: a.min * 2 ** b.min, max: a.max * 2 ** b.min } : undefined;
    case ">>":
      if (b.min === b.max)
        return { min: Math.floor(a.min / 2 ** b.min), max: Math.floor(a.max / 2 ** b.min) };
      return { min: Math.min(a.min, 0), max: Math.max(a.max, a.min < 0 ? -1 : 0) };
    default:
      return undefined;
  }
}

/** The least n with -(2^n) <= v < 2^n for all v of the range. */
function bitsOf({ min, max }: Range): number {
  let bits = 0;
  while (max >= 2 ** bits || min < -(2 ** bits)) bits++;
  return bits;
}
