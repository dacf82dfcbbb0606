import { string, type TraceEvent } from "@trace/core";
import { expect, it } from "vitest";
import { aggregation, begin, printf, s } from "./dtrace/scenario.ts";
import type { LiveTerminal } from "./live/live-terminal.ts";
import { programOf } from "./scenario.ts";
import { textReporter, textStyles, type TextReporterOptions } from "./text-reporter.ts";

const terminal: LiveTerminal = {
  size: () => ({ columns: 80, rows: 24 }),
  listen: () => () => undefined,
};
const reporters: readonly (readonly [name: string, options: TextReporterOptions])[] = [
  ...textStyles.map((style) => [style, { style }] as const),
  ["live, in summaries", { live: { every: 0 } }],
  ["live, on a terminal", { live: { terminal } }],
];

const TEXT = "x".repeat(999);
const KIB = 1024;

it.each(reporters)(
  "%s: takes events at the pace of a slow sink, and holds no more than it must",
  async (_name, options) => {
    const filled = aggregation("a", "count", [string], [[["k"], 1]]);
    let made = 0;
    let written = 0;
    let mostWaiting = 0;
    async function* events(): AsyncGenerator<TraceEvent> {
      for (; made < 5000 * KIB; made += KIB) {
        // What was made and has not reached the sink is in the reporter's hands.
        mostWaiting = Math.max(mostWaiting, made - written);
        yield {
          type: "record",
          clause: 0,
          probe: begin,
          probeId: 1,
          items: [printf([s, `${" ".repeat(KIB - 1000)}\n`], TEXT)],
        };
        if (made % (500 * KIB) === 0)
          yield { type: "aggregation", aggregations: [filled.snapshot], final: false };
      }
      yield { type: "aggregation", aggregations: [filled.snapshot], final: true };
      yield { type: "end", reason: "stopped", status: 0 };
    }
    const out = {
      async write(text: string): Promise<void> {
        await new Promise(setImmediate);
        written += text.length;
      },
    };
    await textReporter(options).write(events(), {
      program: programOf({ aggregations: [filled], options: { quiet: true } }),
      out,
    });
    expect(written).toBeGreaterThanOrEqual(made);
    expect(mostWaiting).toBeLessThanOrEqual(2 * 64 * KIB);
  },
);
