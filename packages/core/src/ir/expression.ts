/** Expressions of the IR. All are plain JSON. What each one means is written in `docs/semantics.md`. */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { IntJson } from "../value/integer.ts";
import type { FloatType, IntegerType, StringType, Type } from "../value/type.ts";
import type { BuiltinName } from "./builtins.ts";
import type { FunctionName } from "./functions.ts";

interface Node {
  readonly span?: Span;
}

/** An integer constant; `value` is within the range of `type`. */
export interface IntegerLiteral extends Node {
  readonly kind: "integer";
  readonly value: IntJson;
  readonly type: IntegerType;
}

/** A floating-point constant. */
export interface FloatLiteral extends Node {
  readonly kind: "float";
  readonly value: number;
  readonly type: FloatType;
}

/** A string constant. */
export interface StringLiteral extends Node {
  readonly kind: "string";
  readonly value: string;
  readonly type: StringType;
}

/**
 * The probe's argument `index` (0 based) as a raw 64-bit integer, sign- or zero-extended from its declared type: for a
 * string its address (read it with the function `copyinstr`), for a double its bits (`bits_to_double`).
 */
export interface ArgumentExpression extends Node {
  readonly kind: "argument";
  readonly index: number;
  readonly type: IntegerType;
}

/** A fact about the firing, the thread, or the tracer; see `builtins.ts`. */
export interface BuiltinExpression extends Node {
  readonly kind: "builtin";
  readonly name: BuiltinName;
  readonly type: Type;
}

/** Where a variable lives: the program, the thread that fires (`self->`), or one firing of one probe (`this->`). */
export type VariableScope = "global" | "thread" | "clause";

/** A variable, or with `keys` an element of an associative array. Unset is zero or the empty string. */
export interface VariableExpression extends Node {
  readonly kind: "variable";
  readonly scope: VariableScope;
  readonly name: string;
  readonly keys: readonly Expression[];
  readonly type: Type;
}

export type UnaryOperator = "-" | "~" | "!";

export interface UnaryExpression extends Node {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly type: Type;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type LogicalOperator = "&&" | "||" | "^^";
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | LogicalOperator;

/**
 * Arithmetic: both operands have the type of the result (languages insert casts), except the right one of a shift.
 * Comparison: both operands have one type, integer or string; the result is an integer 0 or 1. Logical: any integers or
 * strings (a string is true when not empty), 0 or 1, the right side evaluated only when needed.
 */
export interface BinaryExpression extends Node {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly type: Type;
}

/** `condition ? then : otherwise`; both branches have the type of the whole. */
export interface ConditionalExpression extends Node {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
  readonly type: Type;
}

/** Integer to integer (wraps, sign-extends) or between integer and float (truncates toward zero). */
export interface CastExpression extends Node {
  readonly kind: "cast";
  readonly operand: Expression;
  readonly type: Type;
}

/** A call of a function of `functions.ts`, without side effects. */
export interface CallExpression extends Node {
  readonly kind: "call";
  readonly function: FunctionName;
  readonly arguments: readonly Expression[];
  readonly type: Type;
}

/** Sets a variable (with `operator`: to the old value combined with `value`); the result is the new value. */
export interface AssignExpression extends Node {
  readonly kind: "assign";
  readonly target: VariableExpression;
  readonly operator?: ArithmeticOperator;
  readonly value: Expression;
  readonly type: Type;
}

/** `++` and `--`; `prefix` says whether the result is the new value or the old one. */
export interface IncrementExpression extends Node {
  readonly kind: "increment";
  readonly target: VariableExpression;
  readonly by: 1 | -1;
  readonly prefix: boolean;
  readonly type: Type;
}

/** All evaluated in order; the value is the last one's. */
export interface SequenceExpression extends Node {
  readonly kind: "sequence";
  readonly expressions: readonly Expression[];
  readonly type: Type;
}

export type Expression =
  | IntegerLiteral
  | FloatLiteral
  | StringLiteral
  | ArgumentExpression
  | BuiltinExpression
  | VariableExpression
  | UnaryExpression
  | BinaryExpression
  | ConditionalExpression
  | CastExpression
  | CallExpression
  | AssignExpression
  | IncrementExpression
  | SequenceExpression;
