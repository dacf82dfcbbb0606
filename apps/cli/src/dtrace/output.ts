/** Where the output goes: standard output, or the end of the file of `-o`. */
import { createWriteStream, openSync } from "node:fs";
import type { Sink } from "@trace/core";
import { streamSink } from "@trace/session";
import { DtraceFailure } from "./dtrace-failure.ts";
import { systemMessage } from "./system-message.ts";

/** A sink that is opened when the program has turned out to be right. */
export class Output implements Sink {
  readonly #file: string | undefined;
  #sink: Sink | undefined;
  #close: () => Promise<void> = () => Promise.resolve();

  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Throws a DtraceFailure where the file cannot be opened. */
  open(): void {
    if (this.#file === undefined) {
      this.#sink = streamSink(process.stdout);
      return;
    }
    try {
      const stream = createWriteStream(this.#file, { fd: openSync(this.#file, "a") });
      this.#sink = streamSink(stream);
      this.#close = () => new Promise((done) => stream.end(() => done()));
    } catch (error) {
      throw new DtraceFailure(`failed to open output file '${this.#file}': ${systemMessage(error)}`);
    }
  }

  async write(text: string): Promise<void> {
    await this.#sink?.write(text);
  }

  close(): Promise<void> {
    return this.#close();
  }
}
