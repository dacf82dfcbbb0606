/** The words of D inside clauses and declarations. */
import type { Span } from "@trace/core";

interface Common {
  readonly span: Span;
  /** As written. */
  readonly text: string;
}

export interface IntegerToken extends Common {
  readonly kind: "integer";
  readonly value: bigint;
  readonly decimal: boolean;
  readonly suffix: string;
}

export interface StringToken extends Common {
  readonly kind: "string";
  readonly value: string;
}

export interface PlainToken extends Common {
  readonly kind: "identifier" | "aggregation" | "macro" | "float" | "punctuator" | "unknown" | "end";
}

export type Token = IntegerToken | StringToken | PlainToken;

/** Operators and separators, longer ones before their prefixes. */
export const punctuators: readonly string[] = [
  "<<=",
  ">>=",
  "...",
  "&&",
  "^^",
  "||",
  "==",
  "!=",
  "<=",
  ">=",
  "<<",
  ">>",
  "->",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "^=",
  "|=",
  "++",
  "--",
  ..."{ } ( ) [ ] ; : , ? . = < > + - * / % & | ^ ~ !".split(" "),
];

/** Words that cannot name a variable. */
export const keywords: ReadonlySet<string> = new Set([
  "auto",
  "break",
  "case",
  "char",
  "const",
  "continue",
  "counter",
  "default",
  "do",
  "double",
  "else",
  "enum",
  "extern",
  "float",
  "for",
  "goto",
  "if",
  "import",
  "inline",
  "int",
  "long",
  "offsetof",
  "probe",
  "provider",
  "register",
  "restrict",
  "return",
  "self",
  "short",
  "signed",
  "sizeof",
  "static",
  "string",
  "stringof",
  "struct",
  "switch",
  "this",
  "translator",
  "typedef",
  "union",
  "unsigned",
  "void",
  "volatile",
  "while",
  "xlate",
]);
