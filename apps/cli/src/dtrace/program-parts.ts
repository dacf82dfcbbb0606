/** The programs of one command line as one source: they share their variables. */
import type { SourceText, Span } from "@trace/core";

/** One program: the text of a script or of a description. */
export interface ProgramPart {
  readonly kind: "script" | "description";
  /** As messages call it: the script's file, or the text as given. */
  readonly name: string;
  /** The D text. */
  readonly text: string;
}

/** A place in a part. */
export interface PartPlace {
  readonly part: ProgramPart;
  /** Of the part's text. */
  readonly offset: number;
  /** From 1, as the preprocessor's `# LINE "FILE"` lines have it. */
  readonly line: number;
  /** The included file that holds it, if it is not the script itself. */
  readonly file?: string;
}

/** Parts joined, and the way back. */
export class JoinedParts {
  readonly source: SourceText;
  readonly parts: readonly ProgramPart[];
  readonly #starts: readonly number[];

  constructor(parts: readonly ProgramPart[]) {
    const starts: number[] = [];
    let text = "";
    for (const part of parts) {
      starts.push(text.length);
      text += `${part.text}\n`;
    }
    const script = parts.find((part) => part.kind === "script");
    this.parts = parts;
    this.#starts = starts;
    this.source = { name: script?.name ?? "<command line>", text };
  }

  /** Where `span` begins; without one, the beginning of the first part. Undefined where there is no part. */
  place(span: Span | undefined): PartPlace | undefined {
    const start = span?.start ?? 0;
    const index = this.#starts.findLastIndex((first) => first <= start);
    const part = this.parts[index];
    if (part === undefined) return undefined;
    const offset = Math.min(start - (this.#starts[index] ?? 0), part.text.length);
    return { part, offset, ...presumedLine(part.text, offset) };
  }
}

/** The line of `offset`, counted anew after each line that the preprocessor left to say where it is (cpp(1)). */
function presumedLine(text: string, offset: number): { line: number; file?: string } {
  let line = 1;
  let file: string | undefined;
  for (const one of text.slice(0, offset).split("\n").slice(0, -1)) {
    const [, number, name] = /^# (\d+) "([^"]*)"/.exec(one) ?? [];
    if (number === undefined) line++;
    else {
      line = Number(number);
      file = name === INPUT ? undefined : name;
    }
  }
  return { line, ...(file === undefined ? {} : { file }) };
}

/** What the preprocessor calls its standard input. */
export const INPUT = "/dev/stdin";
