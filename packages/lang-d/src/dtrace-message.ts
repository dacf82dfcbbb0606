/** What DTrace says for the mistakes that this package finds. */
import type { Diagnostic } from "@trace/core";

/** A mistake in DTrace's words. */
export interface DtraceMessage {
  /** DTrace's error tag; undefined where it has none. */
  readonly tag: string | undefined;
  readonly message: string;
}

/** `diagnostic`, found in `text`, as DTrace says it; in our own words where DTrace has none or they are not known. */
export function dtraceMessage({ code, message, span }: Diagnostic, text: string): DtraceMessage {
  const tag = code.startsWith("D_") ? code : undefined;
  void span;
  void text;
  return { tag, message };
}
