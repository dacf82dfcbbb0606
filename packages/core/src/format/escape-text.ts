/** C escapes, as DTrace's `%S` and `%C` show bytes that cannot be printed. */
import { encodeText } from "../value/text.ts";

const ESCAPES: Readonly<Record<number, string>> = {
  0x00: "\\0",
  0x07: "\\a",
  0x08: "\\b",
  0x09: "\\t",
  0x0a: "\\n",
  0x0b: "\\v",
  0x0c: "\\f",
  0x0d: "\\r",
  0x22: '\\"',
  0x5c: "\\\\",
};

/** One byte: itself where it is printable ASCII, else an escape, octal where C has none for it. */
export function escapeByte(byte: number): string {
  const escape = ESCAPES[byte];
  if (escape !== undefined) return escape;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\${byte.toString(8).padStart(3, "0")}`;
}

/** All bytes of `text`, escaped. */
export function escapeText(text: string): string {
  return Array.from(encodeText(text), escapeByte).join("");
}
