/** How an environment (the main thread or a worker) is reached by tracers: natively, or in JavaScript alone. */
import type { Int } from "@trace/core";

/** Something that happened to an environment. */
export type TransportMessage =
  | { readonly kind: "open"; readonly connection: number }
  | { readonly kind: "message"; readonly connection: number; readonly data: Buffer }
  | { readonly kind: "closed"; readonly connection: number }
  | { readonly kind: "timer"; readonly timerId: number };

export interface Transport {
  /** The environment's number, unique in the process: tracers tell environments apart by it. */
  readonly environment: number;
  /** One word, not zero while there are messages to take. May be written by another thread. */
  readonly attention: Int32Array;
  /** What waits, in order; clears the attention word. */
  takeMessages(): readonly TransportMessage[];
  /** Queues data for a tracer; never blocks. False when it was not queued: the tracer is gone or too slow. */
  send(connection: number, data: Uint8Array): boolean;
  /** Waits, at most so long, until all that was queued has been handed to the system. */
  flush(milliseconds: number): void;
  disconnect(connection: number): void;
  /** What a tracer is answered that says hello. */
  setManifest(manifest: Uint8Array): void;
  /** Raises a probe's semaphore for as long as the connection lives. Only for libraries of the add-on. */
  arm(connection: number, libraryId: number, probeIndex: number): void;
  /** Sets or replaces a timer; it comes as a message. Period 0: once. Both in nanoseconds. */
  setTimer(timerId: number, first: number, period: number): void;
  clearTimer(timerId: number): void;
  /** Stops listening, where that is this environment's business. */
  close(): void;
}

/** What a firing can ask of its thread; all without side effects. */
export interface Clocks {
  /** CLOCK_MONOTONIC in nanoseconds. */
  now(): number;
  /** Nanoseconds since 1970-01-01 00:00 UTC. */
  wallTime(): Int;
  /** Index of the processor; 0 where unknown. */
  cpu(): number;
  /** The kernel's id of the thread. */
  tid(): number;
  /** Nanoseconds of CPU time of the thread. */
  threadCpu(): number;
}
