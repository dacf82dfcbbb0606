/** Reversing the bytes of integers (byteorder(3)). */
import { normalizeInt, type Int } from "@trace/core";

export function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8);
}

export function swap32(value: number): number {
  return ((swap16(value & 0xffff) << 16) | swap16(value >>> 16)) >>> 0;
}

export function swap64(value: Int): Int {
  const big = BigInt(value);
  const low = BigInt(swap32(Number(big & 0xffff_ffffn)));
  return normalizeInt((low << 32n) | BigInt(swap32(Number(big >> 32n))));
}
