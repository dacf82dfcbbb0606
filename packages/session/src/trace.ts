/** Tracing from a program: `for await (const event of trace(program, target))`. */
import type { Backend, Program, TraceEvent } from "@trace/core";
import { startSession } from "./run-session.ts";
import type { TargetRequest } from "./target/target-request.ts";

/** What `trace` needs besides the program. */
export interface TraceOptions {
  /** In order of preference. */
  readonly backends: readonly Backend[];
  /** Milliseconds until it stops by itself. */
  readonly duration?: number;
}

/**
 * Runs `program` on `target` and yields its events. Leaving the loop stops tracing in good order; the target goes on.
 * Throws a TraceError when it cannot start.
 */
export async function* trace(
  program: Program,
  target: TargetRequest,
  options: TraceOptions,
): AsyncGenerator<TraceEvent, void, undefined> {
  const events = new EventPipe();
  const session = startSession({
    target,
    load: () => ({ program, diagnostics: [] }),
    backends: options.backends,
    reporters: [{ reporter: events, out: { write: () => Promise.resolve() } }],
    ...(options.duration === undefined ? {} : { duration: options.duration }),
  });
  const finished = session.finished.finally(() => events.end());
  finished.catch(() => undefined);
  try {
    yield* events;
  } finally {
    session.stop();
  }
  await finished;
}

/** A reporter that hands events to an iterator, one at a time. */
class EventPipe implements AsyncIterable<TraceEvent> {
  readonly apiVersion = 1;
  readonly name = "events";
  #source: AsyncIterable<TraceEvent> | undefined;
  #opened: () => void = () => undefined;
  #consumed: () => void = () => undefined;
  readonly #open = new Promise<void>((resolve) => {
    this.#opened = resolve;
  });

  write(events: AsyncIterable<TraceEvent>): Promise<void> {
    this.#source = events;
    this.#opened();
    return new Promise((resolve) => {
      this.#consumed = resolve;
    });
  }

  /** The session is over; if it never started there is nothing to wait for. */
  end(): void {
    this.#opened();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TraceEvent> {
    await this.#open;
    try {
      if (this.#source !== undefined) yield* this.#source;
    } finally {
      this.#consumed();
    }
  }
}
