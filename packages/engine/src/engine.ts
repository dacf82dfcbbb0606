/** What the engine gives to its host, and what it asks of it. */
import type { FaultCode } from "./runtime/fault.ts";
import type { AggregationSnapshot, Int, ProbeDescription, Span, Stack, Value } from "@trace/core";

/** What one output statement put out. */
export interface EngineRecordItem {
  /** Its index in `outputStatements(program)`. */
  readonly statement: number;
  /** printf: its arguments; trace: the value; exit: the status; stack: the stack; else empty. */
  readonly values: readonly Value[];
  /** printa: its aggregations as they are at the firing, in its order. */
  readonly aggregations?: readonly AggregationSnapshot[];
}

/** One firing of one clause that put something out. */
export interface EngineRecord {
  /** Index of the clause in the program. */
  readonly clause: number;
  /** The number of the probe, as it was bound. */
  readonly probe: number;
  /** The items in the order in which they were executed. */
  readonly items: readonly EngineRecordItem[];
}

/** A run-time error: the rest of the clause was skipped, and its record dropped. */
export interface RuntimeFault {
  readonly code: FaultCode;
  /** One line, as of a `Diagnostic`. */
  readonly message: string;
  readonly clause: number;
  /** The number of the probe, as it was bound. */
  readonly probe: number;
  /** Where the clause is in the source. */
  readonly span?: Span;
}

/**
 * The surroundings of a program: whose events it sees, and where its output goes.
 *
 * The engine calls none of these twice where one answer serves a whole firing (the clocks), and all others each time
 * the program asks, so that a host which replays events of several processes can answer for each.
 */
export interface EngineHost {
  /** Called at the end of each clause that executed output statements. */
  emit(record: EngineRecord): void;
  /** Called for each fault; the host bounds how often it tells. Error clauses run afterwards. */
  onError(fault: RuntimeFault): void;
  /**
   * The program executed `exit`; comes after the clause's record. Nothing but {@link Engine.end} fires from here on; an
   * end clause may say `exit` too, and the last status counts.
   */
  onExit(status: number): void;
  /** Nanoseconds of a clock that only goes forward; a safe integer. */
  now(): number;
  /** Nanoseconds since 1970-01-01 00:00 UTC. */
  wallTime(): Int;
  /** Nanoseconds of CPU time of the thread; a safe integer. */
  vtime(): number;
  /** Index of the CPU; 0 where it is not known. */
  cpu(): number;
  pid(): number;
  tid(): number;
  ppid(): number;
  uid(): number;
  gid(): number;
  execname(): string;
  /** errno of the thread's last system call; 0 where it is not known. Default 0. */
  errno?(): number;
  /** The current stack, at most `depth` frames. A host without it must refuse `stack` statements by its capabilities; here they have no frames. */
  stack?(space: "user" | "kernel", depth: number): Stack;
  /** The pid of the program's target; 0 without one. */
  readonly target: number;
}

/** How a program is to be run. */
export interface EngineOptions {
  /** `one`: all firings are of one thread (a JavaScript environment); `by-tid`: `host.tid()` says whose. Default `one`. */
  readonly threads?: "one" | "by-tid";
}

/** What runs at a firing. Takes the probe's arguments as they were given, `a0` to `a11`. */
export type Handler = (...values: readonly unknown[]) => void;

/** What found no place since it was last asked. */
export interface Drops {
  /** Updates of elements that an aggregation had no room for. */
  readonly aggregations: number;
  /** Assignments to elements of associative arrays and thread-local variables that had no room. */
  readonly variables: number;
}

/** A timer of the program. The host calls `fire` once every `period`. */
export interface EngineTimer {
  readonly probe: ProbeDescription;
  readonly probeId: number;
  readonly mode: "interval" | "profile";
  /** Nanoseconds. */
  readonly period: number;
  readonly fire: () => void;
}

/** A program, compiled, with its state. */
export interface Engine {
  /**
   * All clauses that match `probe`, in program order, as one function; undefined where none matches. `probeId` is what
   * records call the probe: a number above those of `programProbes(program)`.
   */
  bind(probe: ProbeDescription, probeId: number): Handler | undefined;
  /** Runs the begin clauses. */
  begin(): void;
  /** Runs the end clauses, also after `exit`. */
  end(): void;
  readonly timers: readonly EngineTimer[];
  /** The aggregations in declaration order, as they are now; shares nothing with the engine. */
  snapshot(): AggregationSnapshot[];
  /** As {@link snapshot}, and removes what it returns: the next one holds only what came since. */
  drain(): AggregationSnapshot[];
  /** Adds what another engine of the same program has aggregated. Snapshots of unknown names are left out. */
  merge(snapshots: readonly AggregationSnapshot[]): void;
  /** Returns the drops since the last call. */
  drops(): Drops;
  /** The JavaScript of all that was bound so far. */
  readonly text: string;
  /** From now on no firing does anything, and the state is let go. */
  dispose(): void;
}
