/** What went wrong, as a value: a stable code, a message, where in the source, and what to do about it. */

/** Half-open range of character offsets in a source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `note` says something worth knowing, `warning` something that may be wrong, `error` stops the program. */
export type Severity = "error" | "warning" | "note";

/**
 * A finding about a script, a target, a tool or a plugin.
 *
 * `code` is stable across releases and listed in `docs/diagnostics.md`; `message` is free to improve.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** One line, no full stop, in lower case unless it starts with a name. */
  readonly message: string;
  /** Where in the program's source, if it has a place there. */
  readonly span?: Span;
  /** One line: what to do. */
  readonly hint?: string;
}

/** An error diagnostic. */
export function errorDiagnostic(
  code: string,
  message: string,
  more: { span?: Span; hint?: string } = {},
): Diagnostic {
  return { code, severity: "error", message, ...more };
}

/** Does any of `diagnostics` stop the program? */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

const BRAND = Symbol.for("trace.error");

/**
 * An exception that carries diagnostics, for where a value cannot be returned.
 *
 * Test with {@link TraceError.isInstance}: it also knows those of another copy of this package.
 */
export class TraceError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], options?: ErrorOptions) {
    const list: readonly Diagnostic[] = "code" in diagnostics ? [diagnostics] : diagnostics;
    super(list.map((diagnostic) => diagnostic.message).join("; "), options);
    this.name = "TraceError";
    this.diagnostics = list;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The code of the first diagnostic. */
  get code(): string {
    return this.diagnostics[0]?.code ?? "UNKNOWN";
  }

  static isInstance(error: unknown): error is TraceError {
    return typeof error === "object" && error !== null && BRAND in error;
  }
}
