/** What live mode can be told. */
import type { TraceEvent } from "@trace/core";
import type { LiveTerminal } from "./live-terminal.ts";

export interface LiveOptions {
  /** Where to redraw and take keys, `processTerminal()`. Without one, summaries are printed at intervals. */
  readonly terminal?: LiveTerminal | undefined;
  /** Seconds between two summaries, at least; more where the backend tells more rarely. Default 10. */
  readonly every?: number;
  /** What the keys `q` and Ctrl-C do. Default: they send this process SIGINT, as Ctrl-C does without live mode. */
  readonly onInterrupt?: () => void;
  /** A line below the aggregations of a terminal, asked for at each redraw: `statusLine(...)`. */
  readonly status?: () => string;
  /**
   * Whole lines that an event is worth besides what the style shows of it, printed above the aggregations of a terminal:
   * losses and diagnostics. What someone else writes to the terminal, to standard error too, is in the way of redrawing.
   */
  readonly message?: (event: TraceEvent) => string;
  /** Milliseconds of a clock that only goes forward, for rates. Default that of `performance`. */
  readonly now?: () => number;
}
