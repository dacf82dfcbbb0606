import { chromeReporter } from "@trace/reporter-chrome";
import type { Bench } from "./bench.ts";
import { callProgram, countingSink, tracedCalls } from "./traced-calls.ts";

const reporter = chromeReporter({ names: () => undefined });

/** What no writer can do without: each event as JSON, in pieces of the same size. */
async function stringifyEvents(count: number): Promise<number> {
  const out = countingSink();
  let pending = "";
  for await (const event of tracedCalls(count)) {
    pending += `${JSON.stringify(event)}\n`;
    if (pending.length < 65_536) continue;
    await out.write(pending);
    pending = "";
  }
  await out.write(pending);
  return out.characters;
}

async function writeTrace(count: number): Promise<number> {
  const out = countingSink();
  await reporter.write(tracedCalls(count), { program: callProgram, out });
  return out.characters;
}

export async function run(bench: Bench): Promise<void> {
  await bench.compare({
    title: "Chrome trace of calls, an event",
    baseline: { name: "JSON.stringify of the same events", run: stringifyEvents },
    subject: { name: "chromeReporter", run: writeTrace },
    iterations: 200_000,
    rounds: 11,
    aim: { ratio: 1 },
  });
}
