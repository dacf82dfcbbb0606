/**
 * Strings of bytes inside JavaScript strings.
 *
 * A traced program's string is bytes, nearly always UTF-8. It lives here as the text those bytes decode to; a byte that
 * is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte, so every byte sequence survives the round trip
 * (the scheme of Python's "surrogateescape", PEP 383). Plain text needs no conversion at all.
 */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
// oxlint-disable-next-line no-control-regex -- the ASCII range is what is asked for
const ASCII = /^[\x00-\x7f]*$/;

/** Is every character of `text` one byte long? Then its length and offsets are those of its bytes. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** The text of `bytes`. Total: never fails. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeEscaped(bytes);
  }
}

/** The bytes of `text`; the inverse of {@link decodeText}. Other lone surrogates become U+FFFD. */
export function encodeText(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** The length of `text` in bytes. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : encodeText(text).length;
}

/** `text` cut to at most `size` bytes, as a tracer's string buffer of `size` bytes cuts it. */
export function truncateText(text: string, size: number): string {
  // One UTF-16 unit is at most three bytes of UTF-8.
  if (text.length * 3 <= size) return text;
  const bytes = encodeText(text);
  return bytes.length <= size ? text : decodeText(bytes.subarray(0, size));
}

/** How many bytes a valid UTF-8 sequence at `at` has; 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    decoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

function decodeEscaped(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    text +=
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : decoder.decode(bytes.subarray(at, at + length));
    at += Math.max(length, 1);
  }
  return text;
}
