/** A probe point: the pattern in a clause that says which probes fire it. One structured type for every language. */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { Expression } from "../ir/expression.ts";

interface ProbePointCommon {
  /** No probe may match, without an error (`?` of SystemTap, `-Z` of DTrace). */
  readonly optional?: boolean;
  /** When it matches, the alternatives after it in its list are dropped (`!` of SystemTap). */
  readonly sufficient?: boolean;
  /** Armed only while it holds (`if (...)` of SystemTap). */
  readonly condition?: Expression;
  readonly span?: Span;
}

/** Before the first event, after the last, or on a run-time error. `sequence` orders those of one kind, lowest first. */
export interface LifecyclePoint extends ProbePointCommon {
  readonly kind: "begin" | "end" | "error";
  readonly sequence?: number;
}

/** Never fires; its clause is only checked. */
export interface NeverPoint extends ProbePointCommon {
  readonly kind: "never";
}

/** Fires once every `period` nanoseconds: `interval` on one CPU, `profile` on every CPU, where it interrupts what runs. */
export interface TimerPoint extends ProbePointCommon {
  readonly kind: "timer";
  readonly mode: "interval" | "profile";
  /** Nanoseconds, at least 1. */
  readonly period: number;
  /** As its language spells it (`tick-1sec`): the probe's name in output. */
  readonly name: string;
}

/**
 * User statically defined tracing probes. Every field is a glob, empty for any.
 *
 * `provider` is matched against the provider's name and against the name followed by the pid (DTrace's `shop1234`,
 * `shop*`); `name` against the name as its maker gave it (`request__start`).
 */
export interface UsdtPoint extends ProbePointCommon {
  readonly kind: "usdt";
  readonly provider: string;
  readonly module: string;
  readonly function: string;
  readonly name: string;
  /** Only the probes of this process. */
  readonly pid?: number;
  /** Only the probes of this file. */
  readonly path?: string;
}

/** Entry to or return from functions. Names are globs. `module` is the library's or the kernel module's name. */
export interface FunctionPoint extends ProbePointCommon {
  readonly kind: "function";
  readonly space: "user" | "kernel";
  readonly at: "entry" | "return";
  readonly module: string;
  readonly function: string;
  /** Bytes into the function, for `entry` only. */
  readonly offset?: number;
  readonly pid?: number;
  readonly path?: string;
}

/** Entry to or return from system calls; `name` is a glob without `sys_`. */
export interface SyscallPoint extends ProbePointCommon {
  readonly kind: "syscall";
  readonly at: "entry" | "return";
  readonly name: string;
}

/** Tracepoints of the kernel: both fields are globs. */
export interface TracepointPoint extends ProbePointCommon {
  readonly kind: "tracepoint";
  readonly category: string;
  readonly name: string;
}

/** What a clause waits for. */
export type ProbePoint =
  | LifecyclePoint
  | NeverPoint
  | TimerPoint
  | UsdtPoint
  | FunctionPoint
  | SyscallPoint
  | TracepointPoint;
