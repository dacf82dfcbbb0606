import type { Reporter } from "@trace/core";
import { bpftraceJsonReporter, jsonReporter } from "@trace/reporter-json";
import { textReporter } from "@trace/reporter-text";
import type { Bench } from "./bench.ts";
import { callProgram, countingSink, tracedCalls } from "./traced-calls.ts";

/** Bytes of one read from a pipe. */
const PIECE = 65_536;

/** What a tracer would write for the same events, as it comes out of a pipe. */
async function* toolOutput(count: number): AsyncGenerator<Uint8Array> {
  let pending = "";
  for (let at = 0; at < count; at++) {
    pending += `{"type": "printf", "data": "call ${at} node\\n"}\n`;
    if (pending.length < PIECE) continue;
    yield Buffer.from(pending);
    pending = "";
  }
  yield Buffer.from(pending);
}

/** Reads lines and writes them, one by one: the least that a program between a tracer and its reader does. */
async function pipeLines(count: number): Promise<number> {
  const out = countingSink();
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of toolOutput(count)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) await out.write(`${line}\n`);
  }
  return out.characters;
}

function reportCalls(reporter: Reporter): (count: number) => Promise<number> {
  return async (count) => {
    const out = countingSink();
    await reporter.write(tracedCalls(count), { program: callProgram, out });
    return out.characters;
  };
}

/** The events alone: what they cost before a reporter sees them. */
async function readEvents(count: number): Promise<number> {
  let seen = 0;
  for await (const event of tracedCalls(count)) seen += event.type.length;
  return seen;
}

export async function run(bench: Bench): Promise<void> {
  const subjects = [
    { name: "no reporter, the events alone", run: readEvents },
    { name: "textReporter", run: reportCalls(textReporter({ quiet: true })) },
    { name: "jsonReporter", run: reportCalls(jsonReporter()) },
    { name: "bpftraceJsonReporter", run: reportCalls(bpftraceJsonReporter()) },
  ];
  for (const subject of subjects) {
    await bench.compare({
      title: `${subject.name}, an event`,
      baseline: { name: "raw lines piped through", run: pipeLines },
      subject,
      iterations: 100_000,
      rounds: 11,
      aim: { ratio: 1.25 },
    });
  }
}
