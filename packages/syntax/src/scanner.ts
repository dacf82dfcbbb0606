/** A place in a text that moves forward: what lexers are written with. */
import type { Span } from "@trace/core";

export class Scanner {
  readonly text: string;
  /** Offset of the next character. */
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Is nothing left? */
  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The character `ahead` of the next one; empty beyond the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  /** Does the rest start with `prefix`? */
  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.at);
  }

  /** Steps over `prefix` if the rest starts with it. */
  take(prefix: string): boolean {
    const found = this.startsWith(prefix);
    if (found) this.at += prefix.length;
    return found;
  }

  /** Steps over what `pattern`, a sticky expression, matches here, and returns it; undefined where it does not match. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** The first of `options` that the rest starts with, stepped over. Longer options come before their prefixes. */
  takeAny(options: readonly string[]): string | undefined {
    return options.find((option) => this.take(option));
  }

  /** Steps to just before `end`, or to the end of the text if it is not there. */
  skipTo(end: string): void {
    const found = this.text.indexOf(end, this.at);
    this.at = found < 0 ? this.text.length : found;
  }

  /** From `start` to here. */
  spanFrom(start: number): Span {
    return { start, end: this.at };
  }
}
