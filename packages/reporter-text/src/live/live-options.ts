/** What live mode can be told. */
import type { LiveTerminal } from "./live-terminal.ts";

export interface LiveOptions {
  /** Where to redraw and take keys, `processTerminal()`. Without one, summaries are printed at intervals. */
  readonly terminal?: LiveTerminal | undefined;
  /** Seconds between two summaries, at least; more where the backend tells more rarely. Default 10. */
  readonly every?: number;
  /** What the keys `q` and Ctrl-C do. Default: they send this process SIGINT, as Ctrl-C does without live mode. */
  readonly onInterrupt?: () => void;
  /** Milliseconds of a clock that only goes forward, for rates. Default that of `performance`. */
  readonly now?: () => number;
}
