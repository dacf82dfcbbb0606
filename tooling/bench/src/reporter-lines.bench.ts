import { createWriteStream } from "node:fs";
import type { Reporter, Sink } from "@trace/core";
import { bpftraceJsonReporter, jsonReporter } from "@trace/reporter-json";
import { textReporter } from "@trace/reporter-text";
import { streamSink } from "@trace/session";
import type { Bench } from "./bench.ts";
import { callProgram, tracedCalls } from "./traced-calls.ts";

/** Bytes of one read from a pipe. */
const PIECE = 65_536;

/** `count` lines of `line`, as they come out of a pipe. */
async function* toolOutput(line: string, count: number): AsyncGenerator<Uint8Array> {
  const lines = Math.max(1, Math.floor(PIECE / line.length));
  const piece = Buffer.from(line.repeat(lines));
  for (let left = count; left > 0; left -= lines)
    yield left >= lines ? piece : piece.subarray(0, left * line.length);
}

/** Reads lines and writes them, one by one: the least that a program between a tracer and its reader does. */
async function pipeLines(line: string, count: number): Promise<number> {
  const out = nullSink();
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of toolOutput(line, count)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const each of lines) await out.write(`${each}\n`);
  }
  return out.written();
}

function reportCalls(reporter: Reporter): (count: number) => Promise<number> {
  return async (count) => {
    const out = nullSink();
    await reporter.write(tracedCalls(count), { program: callProgram, out });
    return out.written();
  };
}

/** A file that takes everything, written to as the command writes. */
function nullSink(): Sink & { written(): Promise<number> } {
  const stream = createWriteStream("/dev/null");
  return {
    ...streamSink(stream),
    written: () => new Promise((resolve) => stream.end(() => resolve(stream.bytesWritten))),
  };
}

/** What `reporter` writes for one of the events, as long as the others. */
async function lineOf(reporter: Reporter): Promise<string> {
  let found = "";
  const out: Sink = {
    write: async (text) => {
      const line = text.split("\n").find((one) => one.includes(" 49999 "));
      if (line !== undefined) found = `${line}\n`;
    },
  };
  await reporter.write(tracedCalls(50_000), { program: callProgram, out });
  return found;
}

/** The events alone: what they cost before a reporter sees them. */
async function readEvents(count: number): Promise<number> {
  let seen = 0;
  for await (const event of tracedCalls(count)) seen += event.type.length;
  return seen;
}

export async function run(bench: Bench): Promise<void> {
  const reporters = [textReporter({ quiet: true }), jsonReporter(), bpftraceJsonReporter()];
  for (const reporter of reporters) {
    const line = await lineOf(reporter);
    await bench.compare({
      title: `${reporter.name}, an event`,
      baseline: { name: `the same lines piped through`, run: (count) => pipeLines(line, count) },
      subject: { name: reporter.name, run: reportCalls(reporter) },
      iterations: 100_000,
      rounds: 11,
      aim: { ratio: 1.25 },
    });
  }
  await bench.compare({
    title: "what the bench's own events cost, an event",
    baseline: { name: "a line piped through", run: (count) => pipeLines("call 12345 node\n", count) },
    subject: { name: "no reporter", run: readEvents },
    iterations: 100_000,
    rounds: 11,
  });
}
