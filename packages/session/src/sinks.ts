/** Where reporters write. */
import { once } from "node:events";
import type { Writable } from "node:stream";
import { encodeText, type Sink } from "@trace/core";

/**
 * A sink over a Node stream; a write resolves when the stream wants more. Rejects with the stream's error. Text leaves as
 * the bytes that it stands for (`encodeText`), UTF-8 or not.
 */
export function streamSink(stream: Writable): Sink {
  let failure: Error | undefined;
  stream.on("error", (error: Error) => {
    failure = error;
  });
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    if (failure !== undefined) throw failure;
    if (chunk.length > 0 && !stream.write(chunk)) await once(stream, "drain");
  };
  return {
    write: (text) => write(text.isWellFormed() ? text : encodeText(text)),
    writeBytes: write,
  };
}
