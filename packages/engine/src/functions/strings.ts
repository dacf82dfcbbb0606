/** Joining, measuring and ordering strings of bytes. */
import { byteLength, decodeText, encodeText, isAscii, truncateText } from "@trace/core";

/** Both strings as one, cut to `size` bytes. */
export function strjoin(left: string, right: string, size: number): string {
  const joined = left + right;
  if (joined.length * 3 <= size && joined.isWellFormed()) return joined;
  // Bytes that were not valid alone may be valid together.
  return truncateText(joined.isWellFormed() ? joined : decodeText(encodeText(joined)), size);
}

/** Bytes of `text`. */
export function strlen(text: string): number {
  return byteLength(text);
}

/** Orders by bytes: negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (isAscii(a) && isAscii(b)) return a < b ? -1 : 1;
  return Buffer.compare(encodeText(a), encodeText(b));
}
