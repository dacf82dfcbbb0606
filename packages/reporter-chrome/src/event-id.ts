/** Ids of events that belong together. */
import { isInt, keyIdentity, type Value } from "@trace/core";

/**
 * `key` as an id: hexadecimal digits, the one form that all viewers take for the same thing. A small integer is
 * itself; anything else is hashed together with `family` (FNV-1a, 64 bits).
 */
export function eventId(family: string, key: Value): string {
  if (family === "" && isInt(key) && key >= 0) return `0x${key.toString(16)}`;
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const text = family + keyIdentity([key]);
  for (let at = 0; at < text.length; at++) {
    low ^= text.charCodeAt(at);
    // times 2^40 + 0x1b3, in two halves of 32 bits
    const product = (low >>> 0) * 0x1b3;
    high = (Math.imul(high, 0x1b3) + (low << 8) + Math.floor(product / 0x1_0000_0000)) | 0;
    low = product | 0;
  }
  return `0x${(high >>> 0).toString(16)}${(low >>> 0).toString(16).padStart(8, "0")}`;
}
