import { fromByteString, toByteString } from "./bytes.ts";

/**
 * `length` bytes of `text` from `start`; a negative start counts from the end, a negative length leaves so many bytes
 * at the end out (dtrace(1), substr). What lies outside of `text` is empty.
 */
export function substr(text: string, start: number, length: number): string {
  const bytes = toByteString(text);
  const from = start < 0 ? start + bytes.length : start;
  const to = length < 0 ? bytes.length + length : from + length;
  const isOutside = from >= bytes.length || (from < 0 && length < 0);
  return isOutside ? "" : fromByteString(bytes.slice(Math.max(from, 0), Math.max(to, 0)));
}
