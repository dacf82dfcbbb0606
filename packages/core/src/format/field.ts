/** A field of formatted output: padding and cutting that count bytes, as C does. */
import { byteLength } from "../value/text.ts";

/** The most bytes a width or precision can ask for: what C promises for one conversion (C17 7.21.6.1). */
export const maxFieldSize = 4095;

/** `text` with blanks before it (`left`: after it) up to `width` bytes. */
export function padText(text: string, width: number, left = false): string {
  if (width === 0) return text;
  const missing = width - byteLength(text);
  if (missing <= 0) return text;
  const blanks = " ".repeat(missing);
  return left ? text + blanks : blanks + text;
}
