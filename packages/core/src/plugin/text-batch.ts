/** Text on its way to a sink, in pieces of a good size: a write for each line would cost more than the line. */
import type { Sink } from "./reporter.ts";

/** Characters that are worth a write of their own. */
const PIECE = 16_384;

/**
 * Collects text for a sink and writes it when there is much of it, or when there was a moment to do so: within about a
 * millisecond. Holds two pieces at most. What a write fails with is thrown by the next call.
 */
export class TextBatch {
  readonly #out: Sink;
  #pending = "";
  #writing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(out: Sink) {
    this.#out = out;
  }

  /** Takes `text`. Where it returns a promise, wait for it before the next call: that is the back-pressure. */
  write(text: string): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#pending += text;
    if (this.#pending.length >= PIECE) return this.#flush();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush().catch((error: unknown) => {
        this.#failure = { error };
      });
    }, 0);
    return undefined;
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#failure !== undefined) throw this.#failure.error;
    await this.#flush();
  }

  /** One write after the other: text stays in order. */
  async #flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    const text = this.#pending;
    if (text === "") return;
    this.#pending = "";
    const writing = this.#out.write(text);
    this.#writing = writing;
    try {
      await writing;
    } finally {
      this.#writing = undefined;
    }
  }
}

/** Writes the texts that `encode` makes of `events`, one after the other; the empty string is none. */
export async function writeTexts<Event>(
  events: AsyncIterable<Event>,
  out: Sink,
  encode: (event: Event) => string,
  first = "",
): Promise<void> {
  const batch = new TextBatch(out);
  try {
    if (first !== "") await batch.write(first);
    for await (const event of events) {
      const text = encode(event);
      const room = text === "" ? undefined : batch.write(text);
      if (room !== undefined) await room;
    }
  } finally {
    await batch.end();
  }
}
