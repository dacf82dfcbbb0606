// node dist/reporter-memory.js [EVENTS] [FILE]: rate and memory of the Chrome trace writer over a long run, by hand.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import type { Sink, TraceEvent } from "@trace/core";
import { chromeReporter } from "@trace/reporter-chrome";
import { callProgram, tracedCalls } from "./traced-calls.ts";

const count = Number(process.argv[2] ?? 10_000_000);
const file = createWriteStream(process.argv[3] ?? "/dev/null");
const out: Sink = {
  async write(text) {
    if (!file.write(text)) await once(file, "drain");
  },
};
const start = performance.now();

async function* watched(): AsyncGenerator<TraceEvent> {
  let seen = 0;
  for await (const event of tracedCalls(count)) {
    if (seen++ % Math.ceil(count / 10) === 0) {
      const { heapUsed, rss } = process.memoryUsage();
      const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
      console.log(`${seen} events: heap ${mebibytes(heapUsed)}, resident ${mebibytes(rss)}`);
    }
    yield event;
  }
}

await chromeReporter().write(watched(), { program: callProgram, out });
const seconds = (performance.now() - start) / 1000;
console.log(
  `${Math.round(count / seconds / 1000)} k events/s, ${Math.round(file.bytesWritten / 2 ** 20)} MiB`,
);
