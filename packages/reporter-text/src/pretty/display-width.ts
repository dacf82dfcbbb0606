/** Text in the columns of a terminal: East Asian characters and emoji take two. */
import { displayText } from "@trace/core";
import stringWidth from "string-width";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many columns `text` takes; escape sequences take none. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** `text` cut to `width` columns; what was cut shows as `mark`. */
export function truncateToWidth(text: string, width: number, mark: string): string {
  if (displayWidth(text) <= width) return text;
  const room = width - displayWidth(mark);
  let kept = "";
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    columns += displayWidth(segment);
    if (columns > room) break;
    kept += segment;
  }
  return kept + mark;
}

/** `text` with blanks after it (`right`: before it) up to `width` columns. */
export function padToWidth(text: string, width: number, right = false): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
  return right ? blanks + text : text + blanks;
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** `text` of a traced program, which must not command the terminal: control characters show as escapes. */
export function printableText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return displayText(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return ESCAPES[character] ?? (code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`);
  });
}
