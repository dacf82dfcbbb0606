/** What stops the compilation of one clause, carried as an exception to where the clauses are gone through. */
import { errorDiagnostic, type Diagnostic, type Span } from "@trace/core";

export class Refusal extends Error {
  readonly diagnostic: Diagnostic;

  constructor(message: string, span: Span | undefined, hint: string) {
    super(message);
    this.diagnostic = errorDiagnostic("DTRACE_CANNOT", `DTrace cannot do this: ${message}`, {
      ...(span === undefined ? {} : { span }),
      hint,
    });
  }
}
