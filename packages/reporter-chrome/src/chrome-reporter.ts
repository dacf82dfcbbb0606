/** The reporter: events in, a document out, with back-pressure. */
import type { Reporter, SpanDeclaration } from "@trace/core";
import { ChromeTrace } from "./chrome-trace.ts";
import { DocumentWriter, type DocumentForm } from "./document-writer.ts";
import type { FlowDeclaration } from "./flows.ts";
import { procNames, type NameLookup } from "./process-names.ts";

/** All may be left out. */
export interface ChromeReporterOptions {
  /** Probes that make spans, besides those whose names say so (`*entry`/`*return`, `*start`/`*done`, ...). */
  readonly spans?: readonly SpanDeclaration[];
  /** Arrows between what happens in several places. Default none. */
  readonly flows?: readonly FlowDeclaration[];
  /** Default `array`, which viewers open even when it is cut off. `object` has what there is to say in `otherData`. */
  readonly form?: DocumentForm;
  /** Spans remembered until they end, of each sort; default 100 000. What is forgotten is shown without an end. */
  readonly maxOpenSpans?: number;
  /** Names of processes and threads; default those of this machine, now. */
  readonly names?: NameLookup;
  /** Nanoseconds, for events that tell no time; default the monotonic clock. */
  readonly now?: () => number;
}

/** What CLOCK_MONOTONIC, which tracers of this machine use too, had when `performance.now()` was zero. */
const monotonicOrigin: number = Number(process.hrtime.bigint()) - performance.now() * 1e6;

/** CLOCK_MONOTONIC, by the faster way to read it. */
function monotonicNanoseconds(): number {
  return monotonicOrigin + performance.now() * 1e6;
}

/** Writes Chrome trace events, for Perfetto and chrome://tracing, in bounded memory however long the run is. */
export function chromeReporter(options: ChromeReporterOptions = {}): Reporter {
  const settings = {
    spans: options.spans ?? [],
    flows: options.flows ?? [],
    maxOpenSpans: options.maxOpenSpans ?? 100_000,
    names: options.names ?? procNames,
    now: options.now ?? monotonicNanoseconds,
  };
  return {
    apiVersion: 1,
    name: "chrome",
    async write(events, { program, out }) {
      const document = new DocumentWriter(out, options.form ?? "array");
      const trace = new ChromeTrace(program, settings, (event) => document.add(event));
      for await (const event of events) {
        trace.add(event);
        if (document.full) await document.flush();
      }
      await document.end(trace.end());
    },
  };
}
