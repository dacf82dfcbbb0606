/** What `strtok` has left of its string, by thread (strtok_r(3)). */
import { fromByteString, toByteString } from "../functions/bytes.ts";

/** Threads whose rest is kept; the one that is known longest gives way. */
const SIZE = 65_536;

export class TokenTable {
  private readonly rests = new Map<number, string>();

  /** The first token of `text`. */
  first(thread: number, text: string, separators: string): string {
    return this.take(thread, toByteString(text), separators);
  }

  /** The next token of the text that `thread` gave last; empty where none is left. */
  next(thread: number, separators: string): string {
    return this.take(thread, this.rests.get(thread) ?? "", separators);
  }

  clear(): void {
    this.rests.clear();
  }

  private take(thread: number, text: string, separators: string): string {
    const isSeparator = new Set(toByteString(separators));
    let start = 0;
    while (start < text.length && isSeparator.has(text.charAt(start))) start++;
    let end = start;
    while (end < text.length && !isSeparator.has(text.charAt(end))) end++;
    this.keep(thread, text.slice(end + 1));
    return fromByteString(text.slice(start, end));
  }

  private keep(thread: number, rest: string): void {
    if (rest === "") {
      this.rests.delete(thread);
      return;
    }
    if (this.rests.size >= SIZE && !this.rests.has(thread)) {
      const [oldest] = this.rests.keys();
      if (oldest !== undefined) this.rests.delete(oldest);
    }
    this.rests.set(thread, rest);
  }
}
