/** Text that scrolls by, and below it lines that are redrawn in place. One writer, at the pace of the sink. */
import type { Sink } from "@trace/core";
import { displayWidth } from "../pretty/display-width.ts";

/** Columns and rows of a terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Text is gathered for so many milliseconds, so that the lines below are not redrawn for each piece of it ... */
const GATHER_MILLISECONDS = 50;
/** ... but no more than so many characters of it: then the one who prints waits for the sink. */
const MOST_GATHERED = 65_536;

/** Begin and end of output that a terminal shows at once (the terminals' "synchronized output"; others ignore it). */
const BEGIN_FRAME = "\u001b[?2026h";
const END_FRAME = "\u001b[?2026l";
const ERASE_BELOW = "\u001b[J";

/** Screen lines that `line` takes at `columns`. A terminal that is made narrower wraps what it shows. */
function heightOf(line: string, { columns }: ScreenSize): number {
  return Math.max(1, Math.ceil(displayWidth(line) / columns));
}

export class LiveScreen {
  readonly #out: Sink;
  readonly #size: () => ScreenSize;
  readonly #draw: (size: ScreenSize) => readonly string[];
  /** What is drawn below the text. The cursor is at the end of its last line. */
  #drawn: readonly string[] = [];
  /** Whole lines that wait to be written, and the line that has no end yet, which is drawn with the lines below. */
  #waiting = "";
  #unended = "";
  #isDirty = false;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** `draw` gives the lines that stand below the text, for a screen of a size. */
  constructor(out: Sink, size: () => ScreenSize, draw: (size: ScreenSize) => readonly string[]) {
    this.#out = out;
    this.#size = size;
    this.#draw = draw;
  }

  /** Adds text above the lines. Resolves at once while there is room for it. Rejects with the sink's error. */
  async print(text: string): Promise<void> {
    this.#throwFailure();
    if (text === "") return;
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      this.#waiting += this.#unended + text.slice(0, end);
      this.#unended = "";
    }
    this.#unended += text.slice(end);
    if (this.#waiting.length + this.#unended.length < MOST_GATHERED) {
      this.#timer ??= setTimeout(() => this.#refreshLater(), GATHER_MILLISECONDS);
      return;
    }
    if (this.#unended.length >= MOST_GATHERED) this.#endLine();
    await this.refresh();
  }

  /** Redraws. Resolves when it is written. Rejects with the sink's error. */
  async refresh(): Promise<void> {
    this.#isDirty = true;
    this.#writing ??= this.#writeFrames();
    await this.#writing;
    this.#throwFailure();
  }

  /** Redraws without waiting for it; an error shows at the next `print`. */
  request(): void {
    void this.#attempt(this.refresh());
  }

  /** Erases the lines and writes what is left, then `text`. Nothing is drawn any more. */
  async close(text: string): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    this.#throwFailure();
    const left = this.#eraseSequence() + this.#waiting + this.#unended + text;
    this.#drawn = [];
    this.#waiting = "";
    this.#unended = "";
    if (left !== "") await this.#out.write(left);
  }

  #refreshLater(): void {
    this.#timer = undefined;
    this.request();
  }

  /** A line that is longer than memory should hold is broken: what follows it could not be drawn otherwise. */
  #endLine(): void {
    this.#waiting += `${this.#unended}\n`;
    this.#unended = "";
  }

  async #attempt(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #writeFrames(): Promise<void> {
    while (this.#isDirty && this.#failure === undefined) {
      this.#isDirty = false;
      await this.#attempt(this.#out.write(this.#frame()));
    }
    this.#writing = undefined;
  }

  #frame(): string {
    const erase = this.#eraseSequence();
    const size = this.#size();
    const below = this.#draw(size);
    this.#drawn = fittingLines(this.#unended === "" ? below : [this.#unended, ...below], size);
    const text = this.#waiting;
    this.#waiting = "";
    return `${BEGIN_FRAME}${erase}${text}${this.#drawn.join("\n")}${END_FRAME}`;
  }

  /** Goes back to where the lines begin and erases from there. */
  #eraseSequence(): string {
    if (this.#drawn.length === 0) return "";
    const size = this.#size();
    const height = this.#drawn.reduce((sum, line) => sum + heightOf(line, size), 0);
    const up = height > 1 ? `\u001b[${height - 1}A` : "";
    return `${up}\r${ERASE_BELOW}`;
  }
}

/** The last line, and as many of the others from the first as a screen has room for: what scrolls off it cannot be erased. */
function fittingLines(lines: readonly string[], size: ScreenSize): readonly string[] {
  const last = lines.at(-1);
  if (last === undefined) return [];
  let room = size.rows - heightOf(last, size);
  const kept: string[] = [];
  for (const line of lines.slice(0, -1)) {
    room -= heightOf(line, size);
    if (room < 0) break;
    kept.push(line);
  }
  return [...kept, last];
}
