/** The contract of a backend plugin: one tracer. */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { TraceEvent } from "../event/trace-event.ts";
import type { Program } from "../ir/program.ts";
import type { ProbeDescription } from "../probe/probe-description.ts";
import type { Capability } from "./capability.ts";

/** What a backend found out about this machine. */
export interface Detection {
  readonly usable: boolean;
  /** The tool's version (`0.17.0`); absent where there is no tool. */
  readonly version?: string;
  /** One line: how it is, or why it is not usable. */
  readonly summary: string;
  /** One line: what to do to make it usable. */
  readonly hint?: string;
}

/** What is traced. */
export type Target =
  | { readonly kind: "process"; readonly pid: number }
  /** No one process: what the probes say. */
  | { readonly kind: "system" };

/** Where probes are looked for. */
export interface ListQuery {
  readonly target: Target;
  /** Files to read besides those of the target: programs and libraries. */
  readonly paths?: readonly string[];
}

/** Facts that compiling may use; all of them plain data. */
export interface CompileContext {
  /** The probes that the program's points matched: wildcards are expanded against them. */
  readonly probes: readonly ProbeDescription[];
  readonly target: Target;
  /** The version to compile for; default the oldest supported one. */
  readonly version?: string;
  /** Tell the aggregations about once a second while the program runs, too: events that are not `final`. Default no. */
  readonly interim?: boolean;
}

/** A program made ready for one backend. */
export interface Plan {
  readonly backend: string;
  readonly program: Program;
  readonly context: CompileContext;
  /** What the tracer runs, readable: a script of its language, JavaScript, or commands. `trace compile` shows it. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A running program. Iterate it once; it ends after the `end` event. */
export interface Run extends AsyncIterable<TraceEvent> {
  /** Ends tracing in good order: end clauses run, results arrive, then the `end` event. Safe to call again. */
  stop(): void;
  /** Ends tracing now; results may be missing. The target goes on, and nothing is left behind. */
  abort(): void;
}

/** A tracer. A plain object, made by a function of its options. */
export interface Backend {
  readonly apiVersion: 1;
  /** `embedded`, `bpftrace`, `stap`, `perf`, `dtrace`. */
  readonly name: string;
  /** Never throws: a machine without the tool is a Detection too. */
  detect(): Promise<Detection>;
  /** What it can run, given what was detected. */
  capabilities(detection: Detection): ReadonlySet<Capability>;
  /** The probes it can attach to. Rejects with a TraceError (TARGET_NOT_FOUND, TARGET_NOT_PERMITTED). */
  list(query: ListQuery): Promise<readonly ProbeDescription[]>;
  /** Pure: no privileges, no tool. Refusals are diagnostics of the plan. */
  compile(program: Program, context: CompileContext): Plan;
  /** Attaches and runs. What goes wrong comes as events, ending in `end` with reason `failed`. */
  start(plan: Plan): Run;
}
