/** Events shown by reporters, side by side. */
import type { Program, Reporter, Sink, TraceEvent } from "@trace/core";
import { fanOut } from "./fan-out.ts";

/** A reporter and where it writes. */
export interface ReporterOutput {
  readonly reporter: Reporter;
  readonly out: Sink;
}

/**
 * Feeds the events of a run of `program` to all of `outputs`, at the pace of the slowest. Resolves when all is written;
 * rejects with what a reporter failed with, of which `onFailure` hears at once.
 */
export function reportEvents(
  events: AsyncIterable<TraceEvent>,
  program: Program,
  outputs: readonly ReporterOutput[],
  onFailure: () => void = () => undefined,
): Promise<void> {
  return fanOut(
    events,
    outputs.map(({ reporter, out }) => async (own) => {
      try {
        await reporter.write(own, { program, out });
      } catch (error) {
        onFailure();
        throw error;
      }
    }),
  );
}
