/** Text for formats that hold Unicode and nothing else. */

/**
 * `text` without lone surrogates: a byte that was no UTF-8 (see `text.ts`) shows as `\x80`, any other lone surrogate as
 * U+FFFD.
 */
export function displayText(text: string): string {
  return text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, showSurrogate);
}

function showSurrogate(surrogate: string): string {
  const code = surrogate.charCodeAt(0);
  return code >= 0xdc80 && code <= 0xdcff ? `\\x${(code - 0xdc00).toString(16)}` : "\ufffd";
}
