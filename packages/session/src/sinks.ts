/** Where reporters write. */
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Sink } from "@trace/core";

/** A sink over a Node stream; a write resolves when the stream wants more. Rejects with the stream's error. */
export function streamSink(stream: Writable): Sink {
  let failure: Error | undefined;
  stream.on("error", (error: Error) => {
    failure = error;
  });
  return {
    async write(text) {
      if (failure !== undefined) throw failure;
      if (text !== "" && !stream.write(text)) await once(stream, "drain");
    },
  };
}
