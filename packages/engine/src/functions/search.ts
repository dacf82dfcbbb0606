/** Finding strings and characters in strings: index, rindex, strchr, strrchr, strstr (dtrace(1), "Subroutines"). */
import { fromByteString, toByteString } from "./bytes.ts";

/** Offset of the first `part` at or after `from`; -1 where there is none. A negative `from` is 0. */
export function index(text: string, part: string, from: number): number {
  const bytes = toByteString(text);
  return from > bytes.length ? -1 : bytes.indexOf(toByteString(part), Math.max(from, 0));
}

/** Offset of the last `part` at or before `from`; -1 where there is none, or where `from` is negative. */
export function rindex(text: string, part: string, from: number): number {
  return from < 0 ? -1 : toByteString(text).lastIndexOf(toByteString(part), from);
}

/** `text` from the first byte `character` on; empty where there is none. */
export function strchr(text: string, character: number): string {
  const bytes = toByteString(text);
  return rest(bytes, bytes.indexOf(byte(character)));
}

/** `text` from the last byte `character` on; empty where there is none. */
export function strrchr(text: string, character: number): string {
  const bytes = toByteString(text);
  return rest(bytes, bytes.lastIndexOf(byte(character)));
}

/** `text` from the first `part` on; empty where there is none. */
export function strstr(text: string, part: string): string {
  const bytes = toByteString(text);
  return rest(bytes, bytes.indexOf(toByteString(part)));
}

function byte(character: number): string {
  return String.fromCharCode(character & 255);
}

function rest(bytes: string, at: number): string {
  return at < 0 ? "" : fromByteString(bytes.slice(at));
}
