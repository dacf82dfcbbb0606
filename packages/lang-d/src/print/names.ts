/** Names and constants as D writes them. Whatever they hold, nothing of it is read as anything else. */
import { encodeText, type Type } from "@trace/core";
import { keywords } from "../lexer/token.ts";
import { builtinVariables, libraryConstants, unsupportedVariables } from "../lower/builtin-variables.ts";

/** `name` where it is an identifier of D; else the nearest one: languages differ in what a name may hold. */
export function identifier(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d|$)/, "_");
  return keywords.has(plain) ? `${plain}_` : plain;
}

/** The name of a global variable: D's own variables are taken. */
export function globalName(name: string): string {
  const plain = identifier(name);
  const isTaken =
    builtinVariables.has(plain) ||
    unsupportedVariables.has(plain) ||
    libraryConstants.has(plain) ||
    /^(?:arg\d|args|NULL)$/.test(plain);
  return isTaken ? `${plain}_` : plain;
}

/** `@name`; the nameless aggregation is `@`. */
export function aggregationName(name: string): string {
  return name === "_" ? "@" : `@${identifier(name)}`;
}

const ESCAPES: Readonly<Record<number, string>> = {
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

/** `text` as a string constant: on one line, in ASCII. */
export function stringConstant(text: string): string {
  const inside = Array.from(encodeText(text), (byte) => {
    if (byte >= 0x20 && byte < 0x7f && ESCAPES[byte] === undefined) return String.fromCharCode(byte);
    return ESCAPES[byte] ?? `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${inside.join("")}"`;
}

/** The name of a type. Values of the others cannot be declared in D. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `${type.signed ? "" : "u"}int${type.bits}_t`;
    case "float":
      return type.bits === 64 ? "double" : "float";
    case "string":
    case "void":
      return type.kind;
    case "stack":
      return "stack_t";
  }
}
