/** A program: what every language is lowered to, and every backend runs. */
import type { AggregatingFunction } from "../aggregation/aggregating-function.ts";
import type { Span } from "../diagnostic/diagnostic.ts";
import type { ProbePoint } from "../probe/probe-point.ts";
import type { Type } from "../value/type.ts";
import type { Expression, VariableScope } from "./expression.ts";
import type { Statement } from "./statement.ts";

/** What a program asks of its run; languages map their own options to these. */
export interface ProgramOptions {
  /** Only what the program prints, no line per firing (dtrace -q). */
  readonly quiet?: boolean;
  /** Instead of the columns of a firing, indent by entry and return (dtrace -F). */
  readonly flowIndent?: boolean;
  /** Bytes a string holds at most. Default 256 (DTrace's strsize). */
  readonly stringSize?: number;
  /** Keys an aggregation or an associative array holds at most. Default 65536. What finds no place is reported as lost. */
  readonly maxKeys?: number;
  /** How rows of an aggregation are ordered; default by value, ascending. `position` is 1-based as in DTrace's options. */
  readonly sort?: { readonly by: "value" | "key"; readonly position?: number; readonly reverse?: boolean };
  /** Nanoseconds between two looks at the tracer's buffers. Backends without such buffers ignore it. */
  readonly switchRate?: number;
  /** Probe points that match nothing are no error (dtrace -Z). */
  readonly allowUnmatched?: boolean;
  /** Bytes of memory that the program has for itself; default 0. */
  readonly memory?: number;
  /** Bytes of scratch memory that a clause has. Default 256. */
  readonly scratchSize?: number;
  /** Speculations that there may be at a time. Default 1. */
  readonly speculations?: number;
  /** Frames of a stack without a depth of its own. Default 20. */
  readonly stackFrames?: number;
}

/** A variable of the program. All uses have this type. */
export interface VariableDeclaration {
  readonly scope: VariableScope;
  readonly name: string;
  readonly type: Type;
  /** The types of an associative array's keys; empty for a scalar. */
  readonly keys: readonly Type[];
  readonly span?: Span;
}

/** An aggregation of the program. All uses have this function and these keys. DTrace's nameless `@` is named `_`. */
export interface AggregationDeclaration {
  readonly name: string;
  readonly function: AggregatingFunction;
  readonly keys: readonly Type[];
  /** The type of the aggregated value: its sign decides how sum, min and max read it. */
  readonly value: Type;
  readonly span?: Span;
}

/** Probe points, a predicate, and what to do. */
export interface Clause {
  readonly points: readonly ProbePoint[];
  readonly predicate?: Expression;
  readonly body: readonly Statement[];
  readonly span?: Span;
}

/** Which language a program was written in: decides only how reporters lay out its output. */
export type ProgramStyle = "dtrace" | "stap" | "bpftrace";

/** A whole program. Plain JSON: it can be stored, sent, and compared. */
export interface Program {
  /** Version of the IR. A reader refuses another. */
  readonly version: 1;
  readonly style: ProgramStyle;
  readonly options: ProgramOptions;
  readonly variables: readonly VariableDeclaration[];
  readonly aggregations: readonly AggregationDeclaration[];
  readonly clauses: readonly Clause[];
}

/** The version of the IR that this package reads and writes. */
export const programVersion = 1;

/** Options with their defaults filled in. */
export const defaultOptions: Readonly<Required<Omit<ProgramOptions, "sort" | "switchRate">>> = {
  quiet: false,
  flowIndent: false,
  stringSize: 256,
  maxKeys: 65_536,
  allowUnmatched: false,
  memory: 0,
  scratchSize: 256,
  speculations: 1,
  stackFrames: 20,
};
