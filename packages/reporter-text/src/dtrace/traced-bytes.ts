/** Bytes as DTrace's `trace` and `tracemem` show them (libdtrace's dt_print_bytes). */
import { decodeText } from "@trace/core";

const COLUMNS = 16;
const HEADER = `${" ".repeat(11)}${hexDigits()}  0123456789abcdef\n`;

function hexDigits(): string {
  return Array.from({ length: COLUMNS }, (_, column) => `  ${column.toString(16)}`).join("");
}

/** The text that `bytes` are, if `layout` allows that and they are printable up to NULs at their end; else a dump of them. */
export function renderBytes(bytes: Uint8Array, layout: "bytes" | "dump", quiet: boolean): string {
  const text = layout === "bytes" ? printableText(bytes) : undefined;
  if (text === undefined) return dump(bytes);
  return quiet ? text : `  ${text.padEnd(33)}`;
}

/** Undefined where there are others than printable characters and blanks before the NULs at the end. */
function printableText(bytes: Uint8Array): string | undefined {
  const text = decodeText(bytes);
  // oxlint-disable-next-line no-control-regex -- bell, backspace and NUL are what is asked for
  const found = /^([\x07-\x0d\x20-\x7e]+)\0*$/.exec(text);
  return found?.[1];
}

/** Rows of 16 bytes: offset, hexadecimal, characters. */
function dump(bytes: Uint8Array): string {
  let rows = "";
  for (let start = 0; start < bytes.length; start += COLUMNS) {
    const row = [...bytes.subarray(start, start + COLUMNS)];
    const hex = row.map((byte) => ` ${byte.toString(16).padStart(2, "0")}`).join("");
    const characters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."));
    rows += `${start.toString(16).padStart(10)}:${hex.padEnd(3 * COLUMNS)}  ${characters.join("")}\n`;
  }
  return bytes.length === 0 ? "" : `\n${HEADER}${rows}`;
}
