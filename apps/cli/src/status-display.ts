/** The status line of a run on standard error, where that is a terminal and standard output is not in its way. */
import type { RunProgress } from "./run-progress.ts";

const PERIOD = 1_000;
const CLEAR_LINE = "\r\u001b[K";

/** A line that is redrawn every second. */
export interface StatusDisplay {
  /** Makes room for something else; the next redraw is below it. */
  clear(): void;
  end(): void;
}

const nothing: StatusDisplay = { clear() {}, end() {} };

/**
 * Shows how a run is going. Nothing is shown where standard error is no terminal, or where the output goes to that
 * terminal as well: what is printed there is worth more.
 */
export async function showStatus(progress: RunProgress): Promise<StatusDisplay> {
  if (!process.stderr.isTTY || process.stdout.isTTY) return nothing;
  const { statusLine, terminalOptions } = await import("@trace/reporter-text");
  const clear = (): void => void process.stderr.write(CLEAR_LINE);
  const timer = setInterval(() => {
    clear();
    process.stderr.write(statusLine(progress.status(), terminalOptions(process.stderr, process.env)));
  }, PERIOD);
  return {
    clear,
    end() {
      clearInterval(timer);
      clear();
    },
  };
}

/** For runs that are to be quiet. */
export const noStatus: StatusDisplay = nothing;
