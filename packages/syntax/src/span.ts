/** Ranges of a source text. */
import type { Span } from "@trace/core";

/** The range from the start of `first` to the end of `last`. */
export function joinSpans(first: Span, last: Span): Span {
  return { start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
}
