/** For tests: a terminal's screen with what scrolled off it, as far as live mode uses one. */

/** Escape sequences, characters, and line breaks. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
const TOKEN = /\u001b\[(\??)(\d*)([A-Za-z])|[^\u001b]/gu;

export class VirtualScreen {
  readonly #columns: number;
  readonly #rows: number;
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** All lines, those that scrolled off the screen first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  write(text: string): void {
    for (const [token, mode, count, final] of text.matchAll(TOKEN)) {
      if (final === undefined) this.#put(token);
      else if (final === "A") this.#row = Math.max(this.#top, this.#row - Number(count || "1"));
      else if (final === "J") this.#eraseBelow();
      else if (final !== "m" && mode !== "?") throw new Error(`unknown sequence ${JSON.stringify(token)}`);
    }
  }

  /** The first line that is on the screen: the cursor cannot go above it. */
  get #top(): number {
    return Math.max(0, this.#lines.length - this.#rows);
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#nextLine();
    else {
      if (this.#column === this.#columns) this.#nextLine();
      const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
      this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
      this.#column++;
    }
  }

  #nextLine(): void {
    this.#column = 0;
    this.#row++;
    if (this.#row === this.#lines.length) this.#lines.push("");
  }

  #eraseBelow(): void {
    this.#lines.length = this.#row + 1;
    this.#lines[this.#row] = (this.#lines[this.#row] ?? "").slice(0, this.#column);
  }
}
