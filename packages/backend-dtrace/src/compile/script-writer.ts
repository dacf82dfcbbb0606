/** The text of a script, clause by clause, with the place in the program's source that each comes from. */
import type { Span } from "@trace/core";

/** A clause of the script. */
export interface ScriptClause {
  /** The clause of the program that it belongs to, by its index; absent for those of our own. */
  readonly clause?: number;
  readonly span?: Span;
}

export class ScriptWriter {
  readonly #lines: string[] = [];
  readonly #spans: (Span | undefined)[] = [];
  /** In the order of the script, which is that of DTrace's `dt_clause_N`. */
  readonly clauses: ScriptClause[] = [];

  get text(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  /** By line of the text, from 0. */
  get spans(): readonly (Span | undefined)[] {
    return this.#spans;
  }

  line(text: string, span?: Span): void {
    this.#lines.push(text);
    this.#spans.push(span);
  }

  /** A clause of `lines`, after an empty line. */
  clause(
    descriptions: readonly string[],
    predicate: string | undefined,
    lines: readonly string[],
    origin: ScriptClause = {},
  ): void {
    const { span } = origin;
    this.clauses.push(origin);
    this.line("");
    this.line(descriptions.join(",\n"), span);
    for (let extra = 1; extra < descriptions.length; extra++) this.#spans.push(span);
    if (predicate !== undefined) this.line(`/ ${predicate} /`, span);
    this.line("{", span);
    for (const line of lines) this.line(`\t${line};`, span);
    this.line("}", span);
  }
}
