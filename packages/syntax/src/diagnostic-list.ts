/** Collects what a language finds in a script. */
import { errorDiagnostic, TraceError, type Diagnostic, type Span } from "@trace/core";

/** Findings beyond so many say nothing new: they follow from the first ones. */
const LIMIT = 50;

export class DiagnosticList {
  readonly #items: Diagnostic[] = [];
  #failed = false;

  /** The findings, in the order they were made; at most 50. */
  get items(): readonly Diagnostic[] {
    return this.#items;
  }

  /** Are there as many as are kept? Then looking for more is no use. */
  get full(): boolean {
    return this.#items.length >= LIMIT;
  }

  /** Was any of them an error? */
  get failed(): boolean {
    return this.#failed;
  }

  /** Keeps `diagnostic`, unless the same was found at the same place before (a lexer may read a text twice). */
  add(diagnostic: Diagnostic): void {
    if (diagnostic.severity === "error") this.#failed = true;
    const { code, span } = diagnostic;
    const known = this.#items.some((item) => item.code === code && item.span?.start === span?.start);
    if (!this.full && (span === undefined || !known)) this.#items.push(diagnostic);
  }

  error(code: string, message: string, span: Span, hint?: string): void {
    this.add(errorDiagnostic(code, message, hint === undefined ? { span } : { span, hint }));
  }

  warning(code: string, message: string, span: Span, hint?: string): void {
    this.add({ code, severity: "warning", message, span, ...(hint === undefined ? {} : { hint }) });
  }

  /**
   * Runs `work`; if it gives up by {@link reject}, keeps the reason and returns undefined. Any other exception is
   * passed on. When the list is full, does nothing.
   */
  attempt<T>(work: () => T): T | undefined {
    if (this.full) return undefined;
    try {
      return work();
    } catch (error) {
      if (!TraceError.isInstance(error)) throw error;
      for (const diagnostic of error.diagnostics) this.add(diagnostic);
      return undefined;
    }
  }
}

/** Gives up on the construct at hand without a word: what is wrong with it was said before. */
export function rejectAgain(): never {
  throw new TraceError([]);
}

/** Gives up on the construct at hand; the nearest {@link DiagnosticList.attempt} goes on after it. */
export function reject(code: string, message: string, span: Span, hint?: string): never {
  throw new TraceError(errorDiagnostic(code, message, hint === undefined ? { span } : { span, hint }));
}
