/** The contract of a reporter plugin: one output format. */
import type { TraceEvent } from "../event/trace-event.ts";
import type { Program } from "../ir/program.ts";

/** Where a reporter writes. Await each write: that is the back-pressure. */
export interface Sink {
  write(text: string): Promise<void>;
  /** For formats that are no text. A sink without it takes text only. */
  writeBytes?(bytes: Uint8Array): Promise<void>;
}

/** What a reporter is told besides the events. */
export interface ReporterContext {
  readonly program: Program;
  readonly out: Sink;
}

/** Writes a stream of events. A plain object, made by a function of its options. */
export interface Reporter {
  readonly apiVersion: 1;
  readonly name: string;
  /** Consumes all events; resolves when all is written. Memory stays bounded. */
  write(events: AsyncIterable<TraceEvent>, context: ReporterContext): Promise<void>;
}
