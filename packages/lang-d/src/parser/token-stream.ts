/** The token at hand, and how a parser moves on from it. */
import type { Span } from "@trace/core";
import { didYouMean, reject, shorten, type DiagnosticList } from "@trace/syntax";
import type { Name } from "../ast/name.ts";
import { Lexer } from "../lexer/lexer.ts";
import { keywords, type Token } from "../lexer/token.ts";

/** How deep expressions, types and statements may nest: beyond it a script is refused, not the stack overrun. */
const DEEPEST = 200;

export class TokenStream {
  protected readonly lexer: Lexer;
  protected readonly diagnostics: DiagnosticList;
  #token: Token | undefined;
  #lastEnd = 0;
  #depth = 0;

  constructor(text: string, diagnostics: DiagnosticList) {
    this.lexer = new Lexer(text, diagnostics);
    this.diagnostics = diagnostics;
  }

  /** The next token, read when first asked for: what follows a clause is no token but a probe description. */
  protected get token(): Token {
    this.#token ??= this.lexer.next();
    return this.#token;
  }

  /** Where the last token taken ends. */
  protected get lastEnd(): number {
    return this.#lastEnd;
  }

  protected advance(): Token {
    const { token } = this;
    this.#token = undefined;
    this.#lastEnd = token.span.end;
    return token;
  }

  /** Goes on reading at `offset`. */
  protected restart(offset: number): void {
    this.lexer.at = offset;
    this.#token = undefined;
    this.#depth = 0;
  }

  /** Is the next token this word or sign? */
  protected is(text: string): boolean {
    const { kind } = this.token;
    return (kind === "punctuator" || kind === "identifier") && this.token.text === text;
  }

  protected isAny(texts: ReadonlySet<string>): boolean {
    const { kind } = this.token;
    return (kind === "punctuator" || kind === "identifier") && texts.has(this.token.text);
  }

  /** Is the next token an identifier, not a word of the language? */
  protected isName(token: Token = this.token): boolean {
    return token.kind === "identifier" && !keywords.has(token.text);
  }

  protected accept(text: string): boolean {
    const found = this.is(text);
    if (found) this.advance();
    return found;
  }

  protected expect(text: string, after: string): Token {
    if (!this.is(text)) this.unexpected(`expected '${text}' ${after}`);
    return this.advance();
  }

  /** A name; `what` it names is for the message. */
  protected expectName(what: string): Name {
    if (!this.isName()) this.unexpected(`expected ${what}`);
    const { text, span } = this.advance();
    return { text, span };
  }

  /** The `count` tokens after the next one, which stays the next one. */
  protected lookAhead(count: number): readonly Token[] {
    const { token } = this;
    const after = this.lexer.at;
    const tokens = Array.from({ length: count }, () => this.lexer.next());
    this.lexer.at = after;
    this.#token = token;
    return tokens;
  }

  /** Gives up at the next token. */
  protected unexpected(expected: string, hint?: string): never {
    const { token } = this;
    const found = token.kind === "end" ? "the end of the script" : `'${shorten(token.text)}'`;
    reject("D_SYNTAX", `${expected}, found ${found}`, token.span, hint ?? this.#spellingHint(token));
  }

  /** Runs `work` one level deeper. */
  protected nested<T>(work: () => T): T {
    if (this.#depth >= DEEPEST)
      reject("D_SYNTAX", `nested more than ${DEEPEST} levels deep`, this.token.span, "split it up");
    this.#depth++;
    const result = work();
    this.#depth--;
    return result;
  }

  /** From `start` to the end of the last token taken. */
  protected spanFrom(start: Span): Span {
    return { start: start.start, end: Math.max(this.#lastEnd, start.end) };
  }

  #spellingHint(token: Token): string | undefined {
    return token.kind === "identifier" && !keywords.has(token.text)
      ? didYouMean(token.text, keywords)
      : undefined;
  }
}
