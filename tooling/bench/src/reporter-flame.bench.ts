import { flameReporter } from "@trace/reporter-flame";
import type { Bench } from "./bench.ts";
import { callProgram, countingSink, tracedCalls } from "./traced-calls.ts";

const reporter = flameReporter({ format: "collapsed" });

/** What every reporter does at least: takes each event. */
async function takeEvents(count: number): Promise<number> {
  let records = 0;
  for await (const event of tracedCalls(count)) if (event.type === "record") records++;
  return records;
}

async function collapseCalls(count: number): Promise<number> {
  const out = countingSink();
  await reporter.write(tracedCalls(count), { program: callProgram, out });
  return out.characters;
}

export async function run(bench: Bench): Promise<void> {
  await bench.compare({
    title: "collapsed stacks of calls, an event",
    baseline: { name: "taking the same events", run: takeEvents },
    subject: { name: "flameReporter", run: collapseCalls },
    iterations: 200_000,
    rounds: 11,
    aim: { ratio: 4 },
  });
}
