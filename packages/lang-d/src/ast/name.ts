/** What all nodes of D's syntax tree have in common. */
import type { Span } from "@trace/core";

/** A part of the source. */
export interface Node {
  readonly span: Span;
}

/** A word of the source: an identifier, or `$1` where one may stand. */
export interface Name extends Node {
  readonly text: string;
}
