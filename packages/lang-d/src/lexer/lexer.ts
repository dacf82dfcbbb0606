/** Turns a D script into tokens, and sets its control lines aside. */
import type { DiagnosticList } from "@trace/syntax";
import { Scanner, shorten } from "@trace/syntax";
import type { ControlLineNode } from "../ast/program.ts";
import type { Name } from "../ast/name.ts";
import { unescapeBytes, unescapeString } from "./escapes.ts";
import { punctuators, type IntegerToken, type StringToken, type Token } from "./token.ts";

const BLANK = /[ \f\n\r\t\v]+|\\\r?\n|\/\/[^\n]*/y;
const IDENTIFIER = /[a-zA-Z_`][0-9a-zA-Z_`]*/y;
const MACRO = /\$\$?(?:[0-9]+|[a-zA-Z_][0-9a-zA-Z_]*)/y;
const AGGREGATION = /@(?:[a-zA-Z_][0-9a-zA-Z_]*)?/y;
const FLOAT = /(?:[0-9]+\.(?!\.)[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFlL]?|[0-9]+[eE][+-]?[0-9]+[fFlL]?/y;
const INTEGER = /0[xX][0-9a-fA-F]+|[0-9]+/y;
const INTEGER_SUFFIX = /[uU]?[lL]{0,2}(?![0-9a-zA-Z_])|[0-9a-zA-Z_]+/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*/y;
const CHARACTER = /'(?:[^'\\\n]|\\[^\n])*/y;
/** What DTrace takes for a probe description (RGX_PSPEC of dt_lex.l). */
const PROBE_DESCRIPTION = /[-$:a-zA-Z_.?*\\[\]!][-$:0-9a-zA-Z_.`?*\\[\]!]*/y;
const CONTROL_WORD = /"[^"\n]*"?|[^ \f\t\v\r\n"]+/y;
/** What programs of the IR may hold at most. */
const LONGEST_NAME = 255;
const LONGEST_STRING = 65_536;
const LARGEST = 0xffff_ffff_ffff_ffffn;

export class Lexer {
  readonly #scanner: Scanner;
  readonly #diagnostics: DiagnosticList;
  readonly #controlLines = new Map<number, ControlLineNode>();

  constructor(text: string, diagnostics: DiagnosticList) {
    this.#scanner = new Scanner(text);
    this.#diagnostics = diagnostics;
  }

  /** Offset of the next character to read. Setting it reads again from there. */
  get at(): number {
    return this.#scanner.at;
  }

  set at(offset: number) {
    this.#scanner.at = offset;
  }

  /** The control lines met so far, in order. */
  get controlLines(): readonly ControlLineNode[] {
    return [...this.#controlLines.values()].toSorted((a, b) => a.span.start - b.span.start);
  }

  /** Steps over blanks, comments and control lines. */
  skipTrivia(): void {
    const scanner = this.#scanner;
    for (;;) {
      const start = scanner.at;
      if (scanner.match(BLANK) !== undefined) continue;
      if (scanner.take("/*")) {
        scanner.skipTo("*/");
        if (!scanner.take("*/"))
          this.#error("D_SYNTAX", "comment is not closed", start, start + 2, "end it with */");
      } else if (scanner.peek() === "#" && this.#startsLine(start)) this.#controlLine();
      else return;
    }
  }

  /** The next token of an expression or declaration; `end` at the end of the script, again and again. */
  next(): Token {
    this.skipTrivia();
    const scanner = this.#scanner;
    const start = scanner.at;
    if (scanner.done) return this.#token("end", start);
    if (scanner.match(IDENTIFIER) !== undefined) return this.#name("identifier", start);
    if (scanner.match(FLOAT) !== undefined) return this.#token("float", start);
    if (scanner.match(INTEGER) !== undefined) return this.#integer(start);
    if (scanner.match(MACRO) !== undefined) return this.#token("macro", start);
    if (scanner.match(AGGREGATION) !== undefined) return this.#name("aggregation", start);
    if (scanner.match(STRING) !== undefined) return this.#string(start);
    if (scanner.match(CHARACTER) !== undefined) return this.#character(start);
    if (scanner.takeAny(punctuators) !== undefined) return this.#token("punctuator", start);
    scanner.at += (scanner.text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
    return this.#token("unknown", start);
  }

  /** The probe description here, outside of clauses, where a name may hold blanks' neighbours like `-`, `:` and `*`. */
  probeDescription(): Name | undefined {
    this.skipTrivia();
    const start = this.#scanner.at;
    const text = this.#scanner.match(PROBE_DESCRIPTION) ?? this.#scanner.match(INTEGER);
    return text === undefined ? undefined : { text, span: this.#scanner.spanFrom(start) };
  }

  /** The next character that is neither blank nor in a comment, without stepping. */
  peekCharacter(): string {
    const start = this.#scanner.at;
    this.skipTrivia();
    const character = this.#scanner.peek();
    this.#scanner.at = start;
    return character;
  }

  #token(kind: Exclude<Token["kind"], "integer" | "string">, start: number): Token {
    return { kind, ...this.#written(start) };
  }

  #written(start: number): { span: { start: number; end: number }; text: string } {
    return { span: this.#scanner.spanFrom(start), text: this.#scanner.text.slice(start, this.#scanner.at) };
  }

  #error(code: string, message: string, start: number, end: number, hint?: string): void {
    this.#diagnostics.error(code, message, { start, end }, hint);
  }

  #startsLine(at: number): boolean {
    const { text } = this.#scanner;
    for (let before = at - 1; before >= 0; before--) {
      const character = text.charAt(before);
      if (character === "\n") return true;
      if (!/[ \f\t\v]/.test(character)) return false;
    }
    return true;
  }

  #controlLine(): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    const interpreter = scanner.startsWith("#!");
    const words: Name[] = [];
    scanner.at++;
    while (!interpreter && !scanner.done && scanner.peek() !== "\n") {
      const from = scanner.at;
      const text = scanner.match(CONTROL_WORD);
      if (text === undefined) scanner.at++;
      else words.push({ text, span: scanner.spanFrom(from) });
    }
    scanner.skipTo("\n");
    if (!interpreter) this.#controlLines.set(start, { words, span: scanner.spanFrom(start) });
  }

  #name(kind: "identifier" | "aggregation", start: number): Token {
    const { at } = this.#scanner;
    if (at - start > LONGEST_NAME)
      this.#error("D_SYNTAX", `name of more than ${LONGEST_NAME} characters`, start, at);
    return this.#token(kind, start);
  }

  #integer(start: number): IntegerToken {
    const scanner = this.#scanner;
    const digits = scanner.text.slice(start, scanner.at);
    const suffix = (scanner.match(INTEGER_SUFFIX) ?? "").toLowerCase();
    const written = this.#written(start);
    const wrongDigit = /^0[0-9]*?([89])/.exec(digits)?.[1] ?? /^(?!u?l{0,2}$)./.exec(suffix)?.[0];
    let value = 0n;
    if (wrongDigit !== undefined)
      this.#error(
        "D_INT_DIGIT",
        `integer constant '${shorten(written.text)}' has an invalid digit '${wrongDigit}'`,
        start,
        scanner.at,
      );
    else value = integerValue(digits) ?? LARGEST + 1n;
    if (value > LARGEST) {
      this.#error(
        "D_INT_OFLOW",
        `integer constant '${shorten(written.text)}' does not fit 64 bits`,
        start,
        scanner.at,
      );
      value = 0n;
    }
    const decimal = !digits.startsWith("0");
    return { kind: "integer", ...written, value, decimal, suffix: wrongDigit === undefined ? suffix : "" };
  }

  #string(start: number): StringToken {
    const scanner = this.#scanner;
    const inside = scanner.text.slice(start + 1, scanner.at);
    if (!scanner.take('"'))
      this.#error(
        "D_STR_NL",
        "string is not closed on its line",
        start,
        scanner.at,
        'end it with " or write \\n',
      );
    if (inside.length > LONGEST_STRING)
      this.#error("D_SYNTAX", `string of more than ${LONGEST_STRING} characters`, start, scanner.at);
    return { kind: "string", ...this.#written(start), value: unescapeString(inside) };
  }

  #character(start: number): IntegerToken {
    const scanner = this.#scanner;
    const bytes = unescapeBytes(scanner.text.slice(start + 1, scanner.at));
    if (!scanner.take("'"))
      this.#error("D_CHR_NL", "character constant is not closed on its line", start, scanner.at);
    else if (bytes.length === 0) this.#error("D_CHR_NULL", "empty character constant", start, scanner.at);
    else if (bytes.length > 8)
      this.#error("D_CHR_OFLOW", "character constant of more than 8 bytes", start, scanner.at);
    let value = 0n;
    for (const byte of bytes.subarray(0, 8)) value = (value << 8n) | BigInt(byte);
    return { kind: "integer", ...this.#written(start), value, decimal: true, suffix: "" };
  }
}

/** More digits than any 64-bit integer has, in octal; reading them takes time that grows faster than they do. */
const MOST_DIGITS = 22;

/** The value of decimal, octal or hexadecimal digits; undefined where they are certainly too many. */
function integerValue(digits: string): bigint | undefined {
  const [, prefix = "", significant = ""] = /^(0x|0)?0*(.*)$/i.exec(digits) ?? [];
  if (significant.length > MOST_DIGITS) return undefined;
  return BigInt(`${prefix === "0" ? "0o" : prefix}${significant === "" ? "0" : significant}`);
}
