/** For tests: a live run on the terminal of its process, which ends in the way that its argument names. */
import { setTimeout as delay } from "node:timers/promises";
import type { TraceEvent } from "@trace/core";
import { begin, printf, scalar, type Filled } from "../../dtrace/scenario.ts";
import { programOf } from "../../scenario.ts";
import { textReporter } from "../../text-reporter.ts";
import { processTerminal } from "../live-terminal.ts";

const way = process.argv[2];
const rounds = (count: number): Filled => scalar("rounds", "sum", count);
let isInterrupted = false;
process.on("SIGINT", () => {
  isInterrupted = true;
});

async function* events(): AsyncGenerator<TraceEvent> {
  yield { type: "ready", backend: "test", attached: [begin], unmatched: [] };
  let count = 0;
  while (!isInterrupted) {
    count++;
    if (count === 5 && way === "exit") process.exit(7);
    if (count === 5 && way === "throw") throw new Error("no more events");
    if (count === 5 && way === "uncaught")
      setImmediate(() => {
        throw new Error("elsewhere");
      });
    yield {
      type: "record",
      clause: 0,
      probe: begin,
      probeId: 1,
      items: [printf([{ kind: "s" }, "\n"], `line ${count}`)],
    };
    yield { type: "aggregation", aggregations: [rounds(count).snapshot], final: false };
    await delay(20);
  }
  yield { type: "aggregation", aggregations: [rounds(count).snapshot], final: true };
  yield { type: "end", reason: "stopped", status: 0 };
}

const program = programOf({ aggregations: [rounds(0)], options: { quiet: true } });
await textReporter({ live: { terminal: processTerminal() } }).write(events(), {
  program,
  out: {
    write: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
      }),
  },
});
