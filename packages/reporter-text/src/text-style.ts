/** What a style of output is: one file or folder each. */
import type { Program, TraceEvent } from "@trace/core";

/** What the numbers of an aggregation measure. */
export type Unit = "ns" | "us" | "ms" | "s" | "bytes" | "none";

/** What every style can be told. What a style has no use for it ignores. */
export interface StyleOptions {
  /** Only what the program prints. Default: what the program's options say. */
  readonly quiet?: boolean;
  /** Leave out what differs from run to run, CPU and probe number, in DTrace's style? Default no. */
  readonly hideIds?: boolean;
  /** Columns that a line of `pretty` may have, 20 or more. Default 80. */
  readonly width?: number;
  /** May `pretty` use colours? Default no. */
  readonly color?: boolean;
  /** May `pretty` use characters beyond ASCII? Default yes. */
  readonly unicode?: boolean;
  /** What aggregations measure, by name. Default: what the program and their names tell; see the README. */
  readonly units?: Readonly<Record<string, Unit>>;
}

/** The text of one event after another, of one run; the empty string where an event shows nothing. */
export type RenderEvent = (event: TraceEvent) => string;

/** A style: begins the output of a run. */
export type TextStyle = (program: Program, options: StyleOptions) => RenderEvent;
