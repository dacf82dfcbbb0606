// node dist/reporter-memory.js [EVENTS] [FILE]: rate and memory of the Chrome trace writer over a long run, by hand.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Sink } from "@trace/core";
import { chromeReporter } from "@trace/reporter-chrome";
import { callProgram, tracedCalls } from "./traced-calls.ts";

const count = Number(process.argv[2] ?? 10_000_000);
const file = createWriteStream(process.argv[3] ?? "/dev/null");
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Bytes written between two lines. */
const STEP = 100 * 2 ** 20;
let next = 0;
const out: Sink = {
  async write(text) {
    if (file.bytesWritten >= next) {
      const { heapUsed, rss } = process.memoryUsage();
      console.log(`${mebibytes(next)} written: heap ${mebibytes(heapUsed)}, resident ${mebibytes(rss)}`);
      next += STEP;
    }
    if (!file.write(text)) await once(file, "drain");
  },
};

const start = performance.now();
await chromeReporter().write(tracedCalls(count), { program: callProgram, out });
const seconds = (performance.now() - start) / 1000;
console.log(`${Math.round(count / seconds / 1000)} k events/s, ${mebibytes(file.bytesWritten)}`);
