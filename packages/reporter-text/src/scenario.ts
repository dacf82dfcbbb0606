/** For tests of any style: a run of which the aggregations and the items of each firing are written down, and its text. */
import type { EndEvent, Program, ProgramOptions, TraceEvent } from "@trace/core";
import { begin, type Filled, type Item } from "./dtrace/scenario.ts";
import { textReporter, type TextReporterOptions } from "./text-reporter.ts";

/** A run. */
export interface Run {
  readonly options?: ProgramOptions;
  readonly aggregations?: readonly Filled[];
  /** What the aggregations were before, one after another, as a backend tells while running. */
  readonly interim?: readonly (readonly Filled[])[];
  /** The items of each firing. */
  readonly records?: readonly (readonly Item[])[];
  readonly reason?: EndEvent["reason"];
}

/** The program of `run`, which aggregates what it has. */
export function programOf({ options = {}, aggregations = [] }: Run): Program {
  return {
    version: 1,
    style: "dtrace",
    options,
    variables: [],
    aggregations: aggregations.map(({ declaration }) => declaration),
    clauses: [],
  };
}

/** What a backend would tell of `run`. */
export async function* eventsOf({
  aggregations = [],
  interim = [],
  records = [],
  reason = "stopped",
}: Run): AsyncGenerator<TraceEvent> {
  yield { type: "ready", backend: "test", attached: [begin], unmatched: [] };
  for (const items of records) yield { type: "record", clause: 0, probe: begin, probeId: 1, items };
  for (const filled of interim) {
    const snapshots = filled.map(({ snapshot }) => snapshot);
    yield { type: "aggregation", aggregations: snapshots, final: false };
  }
  if (reason !== "failed") {
    const snapshots = aggregations.map(({ snapshot }) => snapshot);
    yield { type: "aggregation", aggregations: snapshots, final: true };
  }
  yield { type: "end", reason, status: 0 };
}

/** The text of `run` as a reporter with `options` writes it. */
export async function textOf(run: Run, options: TextReporterOptions): Promise<string> {
  let text = "";
  const out = {
    write(piece: string): Promise<void> {
      text += piece;
      return Promise.resolve();
    },
  };
  await textReporter(options).write(eventsOf(run), { program: programOf(run), out });
  return text;
}
