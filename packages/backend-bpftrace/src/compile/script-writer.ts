/** Writing an indented script, remembering which line came from where in the program. */
import type { Span } from "@trace/core";

/** The lines of a script in the making. */
export class ScriptWriter {
  readonly #lines: string[] = [];
  readonly #spans: (Span | undefined)[] = [];
  /** The lines that opened what is still open. */
  readonly #open: number[] = [];
  /** Where in the program's source the lines written now come from. */
  span: Span | undefined;

  line(text: string): void {
    this.#lines.push(text === "" ? "" : "  ".repeat(this.#open.length) + text);
    this.#spans.push(this.span);
  }

  /** Writes `text` and indents what follows, until {@link close}. */
  open(text: string): void {
    this.line(text);
    this.#open.push(this.#lines.length - 1);
  }

  /** Ends what {@link open} began, with `text`: `}` or `} else {`, after which it is open again. */
  close(text = "}"): void {
    this.#open.pop();
    if (text.endsWith("{")) this.open(text);
    else this.line(text);
  }

  /** As {@link close}; where nothing was written inside, leaves out what {@link open} wrote. */
  closeOrDrop(): void {
    const opener = this.#open.at(-1);
    if (opener !== this.#lines.length - 1) {
      this.close();
      return;
    }
    this.#open.pop();
    this.#lines.pop();
    this.#spans.pop();
  }

  /** Writes all that `other` has, at the depth of here. */
  append(other: ScriptWriter): void {
    for (const [index, text] of other.#lines.entries()) {
      this.span = other.#spans[index];
      this.line(text);
    }
    this.span = undefined;
  }

  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  /** By line of the script, from 0: its place in the program's source. */
  get spans(): readonly (Span | undefined)[] {
    return this.#spans;
  }
}
