/** Lines and columns of a source text. */

/** A place as editors show it: both numbers from 1, the column in characters (code points). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the line and column of character offsets. Lines end in LF or CR LF. */
export class LineMap {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#text = text;
    this.#starts = starts;
  }

  /** How many lines there are; at least 1. */
  get lineCount(): number {
    return this.#starts.length;
  }

  /** The line, from 1, that holds `offset`. Offsets outside the text belong to the nearest line. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** The line and column of `offset`. */
  position(offset: number): Position {
    const line = this.lineAt(offset);
    let column = 1;
    for (const _ of this.#text.slice(this.lineStart(line), Math.max(0, offset))) column++;
    return { line, column };
  }

  /** The offset at which `line`, from 1, starts. */
  lineStart(line: number): number {
    return this.#starts[line - 1] ?? this.#text.length;
  }

  /** `line`, from 1, without its end. Empty for a line that is not there. */
  lineText(line: number): string {
    const text = this.#text.slice(this.lineStart(line), this.#starts[line] ?? this.#text.length);
    return text.replace(/\r?\n$/, "");
  }
}
