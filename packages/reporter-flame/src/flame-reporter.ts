/** The reporter: collects while the run lasts, writes at its end. */
import { errorDiagnostic, TraceError, type Reporter, type Sink, type SpanDeclaration } from "@trace/core";
import { collapsedStacks } from "./collapsed.ts";
import { FlameCollector } from "./flame-collector.ts";
import type { FlameProfile, FlameUnit } from "./flame-tree.ts";
import { PerfMaps } from "./perf-map.ts";
import { pprofFile } from "./pprof.ts";
import { speedscopeFile } from "./speedscope.ts";
import { flameSvg } from "./svg.ts";

/** The formats that can be written. `pprof` is no text: its sink must take bytes. */
export type FlameFormat = "collapsed" | "speedscope" | "pprof" | "svg";

/** All may be left out. */
export interface FlameReporterOptions {
  /** Default `svg`. */
  readonly format?: FlameFormat;
  /** What the document is called. Default `trace`. */
  readonly title?: string;
  /** Only this aggregation, whatever its keys. Default all that have a stack among their keys. */
  readonly aggregation?: string;
  /** What sums, averages and extremes of the program are of. Default `none`. */
  readonly unit?: FlameUnit;
  /** Which profile an SVG shows (`@`, `@name`, `samples`, `calls`); default the first that has anything. */
  readonly profile?: string;
  /** Probes that make spans, besides those whose names say so (`*entry`/`*return`, `*start`/`*done`, ...). */
  readonly spans?: readonly SpanDeclaration[];
  /** The process whose `/tmp/perf-PID.map` names compiled code, where events and keys do not tell. */
  readonly pid?: number;
  /** Where the map of a process may be. Default as perf(1): `/tmp/perf-PID.map`, in the process's own /tmp first. */
  readonly perfMapPaths?: (pid: number) => readonly string[];
  /** Call paths that are told apart; default 500 000. What comes after is `[other]`. */
  readonly maxNodes?: number;
  /** Calls remembered until they return; default 100 000. */
  readonly maxOpenSpans?: number;
}

/** Writes stacks of aggregations, stacks of records, and calls between entry and return probes as profiles. */
export function flameReporter(options: FlameReporterOptions = {}): Reporter {
  const { format = "svg" } = options;
  return {
    apiVersion: 1,
    name: "flame",
    async write(events, { program, out }) {
      const collector = new FlameCollector(program, {
        spans: options.spans ?? [],
        aggregation: options.aggregation,
        unit: options.unit ?? "none",
        pid: options.pid,
        maxNodes: options.maxNodes ?? 500_000,
        maxOpenSpans: options.maxOpenSpans ?? 100_000,
        perfMaps: new PerfMaps(options.perfMapPaths),
      });
      if (format === "pprof") requireBytes(out);
      for await (const event of events) collector.add(event);
      const { profiles } = collector;
      const title = options.title ?? "trace";
      if (format === "pprof") await requireBytes(out)(pprofFile(profiles));
      else await writePieces(out, documentPieces(format, profiles, title, options.profile));
    },
  };
}

function documentPieces(
  format: Exclude<FlameFormat, "pprof">,
  profiles: readonly FlameProfile[],
  title: string,
  shown: string | undefined,
): Iterable<string> {
  switch (format) {
    case "collapsed":
      return collapsedStacks(profiles);
    case "speedscope":
      return speedscopeFile(profiles, title);
    case "svg":
      return flameSvg(profiles, title, shown);
  }
}

/** Characters that are collected before they are written. */
const CHUNK = 65_536;

async function writePieces(out: Sink, pieces: Iterable<string>): Promise<void> {
  let pending = "";
  for (const piece of pieces) {
    pending += piece;
    if (pending.length < CHUNK) continue;
    await out.write(pending);
    pending = "";
  }
  if (pending !== "") await out.write(pending);
}

function requireBytes(out: Sink): (bytes: Uint8Array) => Promise<void> {
  if (out.writeBytes === undefined)
    throw new TraceError(
      errorDiagnostic("SINK_TEXT_ONLY", "pprof is a binary format, and the output takes text only", {
        hint: "write it to a file: -o pprof=profile.pb.gz",
      }),
    );
  return out.writeBytes.bind(out);
}
