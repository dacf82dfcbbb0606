/** Names and texts of a program and its target inside a bpftrace script: nothing in them can become code. */
import { encodeText } from "@trace/core";

/**
 * `text` as a bpftrace string literal. Every byte that is not plain ASCII, and every one with a meaning inside quotes,
 * becomes an octal escape of three digits, which cannot run into what follows it.
 */
export function quoteString(text: string): string {
  let literal = "";
  for (const byte of encodeText(text)) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    literal += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return `"${literal}"`;
}

/**
 * Can a probe of the file at `path` be named? In quotes all is taken as it is, but: a colon separates fields (0.17),
 * a star is a wildcard, a backslash is an escape or not, depending on the version, and a line break ends the line.
 */
export function isQuotablePath(path: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return path.startsWith("/") && path.isWellFormed() && !/[:*\\\u0000-\u001f\u007f]/.test(path);
}

/** Can `name`, a provider or a probe, be written in a probe specification? Notes of ELF files may hold anything. */
export function isQuotableName(name: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(name);
}

/** `usdt:"/path":provider:name`, of parts that were found quotable. */
export function usdtSpecification(path: string, provider: string, name: string): string {
  const file = /^[\w/.-]+$/.test(path) ? path : `"${path.replaceAll('"', '\\"')}"`;
  return `usdt:${file}:${provider}:${name}`;
}

/** `text` inside a comment of one line. */
export function commentText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a line break would end the comment
  return text.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, "?");
}

/** A name for a map or variable of bpftrace: `prefix_name` where `name` is plain, else `prefix_number`. */
export function identifier(prefix: string, name: string, number: number): string {
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name) ? `${prefix}_${name}` : `${prefix}_${number}`;
}
