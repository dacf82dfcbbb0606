/** What a style of output is: one file or folder each. */
import type { Program, TraceEvent } from "@trace/core";

/** What every style can be told. */
export interface StyleOptions {
  /** Only what the program prints. Default: what the program's options say. */
  readonly quiet?: boolean;
}

/** The text of one event after another, of one run; the empty string where an event shows nothing. */
export type RenderEvent = (event: TraceEvent) => string;

/** A style: begins the output of a run. */
export type TextStyle = (program: Program, options: StyleOptions) => RenderEvent;
