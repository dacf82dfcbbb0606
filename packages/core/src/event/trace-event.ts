/** What a backend tells while a program runs: a small closed union. Events are ordered; loss is always an event. */
import type { AggregationSnapshot } from "../aggregation/snapshot.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { ProbeDescription } from "../probe/probe-description.ts";
import type { ProbePoint } from "../probe/probe-point.ts";
import type { OutputStatement } from "../ir/statement.ts";
import type { Value } from "../value/value.ts";

/** Every probe that will be attached is attached: from here on no firing is missed. Comes once, first. */
export interface ReadyEvent {
  readonly type: "ready";
  readonly backend: string;
  readonly attached: readonly ProbeDescription[];
  /** Points of the program that matched no probe. */
  readonly unmatched: readonly ProbePoint[];
}

/** What one output statement put out. `statement` is that of the program; `values` are its arguments, evaluated. */
export interface RecordItem {
  readonly statement: OutputStatement;
  /** printf: its arguments; trace: the value; exit: the status; stack: the stack; else empty. */
  readonly values: readonly Value[];
  /** printa: its aggregations, in its order. */
  readonly aggregations?: readonly AggregationSnapshot[];
}

/** One firing of one clause that put something out. */
export interface RecordEvent {
  readonly type: "record";
  /** Index of the clause in the program. */
  readonly clause: number;
  readonly probe: ProbeDescription;
  /** The probe's number within the run, 1 or greater. */
  readonly probeId: number;
  /** Nanoseconds of the backend's monotonic clock; undefined where the backend does not tell. */
  readonly time?: number;
  readonly cpu?: number;
  readonly pid?: number;
  readonly tid?: number;
  readonly items: readonly RecordItem[];
}

/** The aggregations of the program in declaration order: `final` once, after the end clauses. */
export interface AggregationEvent {
  readonly type: "aggregation";
  readonly aggregations: readonly AggregationSnapshot[];
  readonly final: boolean;
}

/** Text of the underlying tool that has no structure, passed on. */
export interface TextEvent {
  readonly type: "text";
  readonly text: string;
}

/** What was lost: `records` of output statements, elements of `aggregations` or of associative arrays (`variables`), or whole `probes` that were not attached. */
export interface LostEvent {
  readonly type: "lost";
  readonly what: "records" | "aggregations" | "variables" | "probes";
  /** How many since the last such event; at least 1. */
  readonly count: number;
  /** One line: why, and what would help. */
  readonly reason: string;
}

/** A finding while running: a run-time error of a clause, a warning of the tool. */
export interface DiagnosticEvent {
  readonly type: "diagnostic";
  readonly diagnostic: Diagnostic;
  /** Of a run-time error: the index of the clause that failed, and the probe that fired it, as in records. */
  readonly clause?: number;
  readonly probe?: ProbeDescription;
  readonly probeId?: number;
}

/** The end, always last. */
export interface EndEvent {
  readonly type: "end";
  /** `exit` by the program, `stopped` by the user or a time limit, `target` when the target ended, `failed` otherwise. */
  readonly reason: "exit" | "stopped" | "target" | "failed";
  /** The status of `exit(n)`; 0 when stopped or the target ended; 1 when failed. */
  readonly status: number;
}

export type TraceEvent =
  | ReadyEvent
  | RecordEvent
  | AggregationEvent
  | TextEvent
  | LostEvent
  | DiagnosticEvent
  | EndEvent;
