/** Writes the document piece by piece. */
import type { Sink } from "@trace/core";

/** Characters that are collected before they are written. */
const CHUNK = 65_536;

/**
 * The two forms of the document. An array may be cut off anywhere between events and viewers still open it; an object
 * has room for data about the whole.
 */
export type DocumentForm = "array" | "object";

/** Collects events, and writes them in pieces of about 64 KiB that begin and end between events. */
export class DocumentWriter {
  readonly #out: Sink;
  readonly #form: DocumentForm;
  #pending: string;
  #empty = true;

  constructor(out: Sink, form: DocumentForm) {
    this.#out = out;
    this.#form = form;
    this.#pending = form === "array" ? "[\n" : '{"traceEvents":[\n';
  }

  /** Adds one event, as JSON. */
  add(event: string): void {
    this.#pending += this.#empty ? event : `,\n${event}`;
    this.#empty = false;
  }

  /** Is it time to flush? */
  get full(): boolean {
    return this.#pending.length >= CHUNK;
  }

  /** Writes what was collected; resolves when the sink wants more. */
  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    await this.#out.write(text);
  }

  /** Ends the document. `about` is JSON about the whole; the array form has no place for it. */
  async end(about: string): Promise<void> {
    this.#pending += this.#form === "array" ? "\n]\n" : `\n],"displayTimeUnit":"ns","otherData":${about}}\n`;
    await this.flush();
  }
}
