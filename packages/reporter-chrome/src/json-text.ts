/** JSON that every viewer reads. */
import { formatFrame, type Stack, type Value } from "@trace/core";

/** Printable ASCII with nothing to escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * `text` as a JSON string. A byte that was no UTF-8 shows as `\x80`, any other lone surrogate as U+FFFD: escaped
 * surrogates without a partner are JSON, but strict readers refuse the whole document over them.
 */
export function jsonText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, showSurrogate));
}

function showSurrogate(surrogate: string): string {
  const code = surrogate.charCodeAt(0);
  return code >= 0xdc80 && code <= 0xdcff ? `\\x${(code - 0xdc00).toString(16)}` : "\ufffd";
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
