/** Statements of the IR: what a clause does. All are plain JSON. */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { PrintfFormat } from "../format/printf-format.ts";
import type { Expression } from "./expression.ts";

interface Node {
  readonly span?: Span;
}

export interface ExpressionStatement extends Node {
  readonly kind: "expression";
  readonly expression: Expression;
}

export interface IfStatement extends Node {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

/** Feeds `value` into the element of an aggregation that `keys` name; `weight` times for quantize and its kin (default 1). */
export interface AggregateStatement extends Node {
  readonly kind: "aggregate";
  readonly aggregation: string;
  readonly keys: readonly Expression[];
  /** Absent for `count`. */
  readonly value?: Expression;
  readonly weight?: Expression;
}

/** Output of formatted values. Values are taken at the firing, formatted on the host. */
export interface PrintfStatement extends Node {
  readonly kind: "printf";
  readonly format: PrintfFormat;
  readonly arguments: readonly Expression[];
}

/** Output of aggregations as they are at the firing; rows of several are joined by key. Without a format, as a table. */
export interface PrintaStatement extends Node {
  readonly kind: "printa";
  readonly aggregations: readonly string[];
  readonly format?: PrintfFormat;
}

/** Output of one value, laid out by its type. */
export interface TraceStatement extends Node {
  readonly kind: "trace";
  readonly value: Expression;
  /** `value` is a call of `bytes`: shown in hexadecimal (`dump`), or so unless they are text (`bytes`). */
  readonly layout?: "bytes" | "dump";
}

/** Output of the current stack, at most `depth` frames. */
export interface StackStatement extends Node {
  readonly kind: "stack";
  readonly space: "user" | "kernel";
  readonly depth: number;
}

/** Records that the probe fired, and nothing else: the body of a clause that has none in D. */
export interface DefaultStatement extends Node {
  readonly kind: "default";
}

/** Ends the program with a status, 0 to 255, after the end clauses. The rest of the clause still runs. */
export interface ExitStatement extends Node {
  readonly kind: "exit";
  readonly status: Expression;
}

/** Sets every element of an aggregation to its empty value, keeping the keys. */
export interface ClearStatement extends Node {
  readonly kind: "clear";
  readonly aggregation: string;
}

/** Keeps the `count` greatest elements (negative: the least), or none without a count. The others lose their keys. */
export interface TruncStatement extends Node {
  readonly kind: "trunc";
  readonly aggregation: string;
  readonly count?: Expression;
}

/** From now on values are shown divided by `factor`; the data stay as they are. */
export interface NormalizeStatement extends Node {
  readonly kind: "normalize";
  readonly aggregation: string;
  readonly factor: Expression;
}

export interface DenormalizeStatement extends Node {
  readonly kind: "denormalize";
  readonly aggregation: string;
}

export type Statement =
  | ExpressionStatement
  | IfStatement
  | AggregateStatement
  | PrintfStatement
  | PrintaStatement
  | TraceStatement
  | StackStatement
  | DefaultStatement
  | ExitStatement
  | ClearStatement
  | TruncStatement
  | NormalizeStatement
  | DenormalizeStatement;

/** The statements whose execution is a record item of an event. */
export type OutputStatement =
  | PrintfStatement
  | PrintaStatement
  | TraceStatement
  | StackStatement
  | DefaultStatement
  | ExitStatement;
