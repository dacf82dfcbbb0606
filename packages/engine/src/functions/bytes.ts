/** String functions count bytes. Where all characters are one byte long, JavaScript's own count is the same. */
import { decodeText, encodeText, isAscii } from "@trace/core";

/** A string whose every character is one byte: `text` itself, or its bytes as Latin-1. */
export function toByteString(text: string): string {
  return isAscii(text) ? text : Buffer.from(encodeText(text)).toString("latin1");
}

/** The text of a string made by {@link toByteString}, or of a part of it. */
export function fromByteString(bytes: string): string {
  return isAscii(bytes) ? bytes : decodeText(Buffer.from(bytes, "latin1"));
}
