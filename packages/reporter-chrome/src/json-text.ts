/** JSON that every viewer reads. */
import { displayText, formatFrame, type Stack, type Value } from "@trace/core";

/** Printable ASCII with nothing to escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * `text` as a JSON string. Escaped surrogates without a partner would be JSON too, but strict readers refuse the whole
 * document over them.
 */
export function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(displayText(text));
}

/** `value` as JSON. What a double cannot hold exactly is a string: viewers read every number as a double. */
export function jsonValue(value: Value): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return jsonText(value);
  if (typeof value === "bigint") return `"${value}"`;
  if ("float" in value) return Number.isFinite(value.float) ? String(value.float) : `"${value.float}"`;
  return jsonText(stackLines(value).join("\n"));
}

/** The frames of `stack` as text, innermost first. */
export function stackLines(stack: Stack): string[] {
  return stack.frames.map(formatFrame);
}
