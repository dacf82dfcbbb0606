/** Variables and aggregations of a program being built: declared once, with their types, and used by name. */
import type {
  AggregatingFunction,
  LinearParameters,
  LogLinearParameters,
} from "../aggregation/aggregating-function.ts";
import type { VariableExpression, VariableScope } from "../ir/expression.ts";
import type { Statement } from "../ir/statement.ts";
import type { Int } from "../value/integer.ts";
import { int64, type IntegerType, type StringType } from "../value/type.ts";
import {
  operandExpression,
  valueOf,
  type IntegerOperand,
  type IntegerValue,
  type StringOperand,
  type StringValue,
} from "./values.ts";

/** The type of a key or a variable. */
export type StoredType = IntegerType | StringType;

/** What a variable of type `T` is read as. */
export type StoredValue<T extends StoredType> = T extends StringType ? StringValue : IntegerValue;
/** What stands for a value of type `T`. */
export type StoredOperand<T extends StoredType> = T extends StringType ? StringOperand : IntegerOperand;
/** What stands for keys of types `Keys`. */
export type KeyOperands<Keys extends readonly StoredType[]> = {
  [Index in keyof Keys]: StoredOperand<Keys[Index]>;
};

/** A variable: of the program, of the thread that fires, or of one firing. Unset it is 0 or the empty string. */
export interface VariableShape<T extends StoredType, Keys extends readonly StoredType[]> {
  readonly scope: VariableScope;
  readonly type: T;
  readonly keys: Keys;
}

/** A variable of the program. */
export function global<T extends StoredType>(type: T): VariableShape<T, []> {
  return { scope: "global", type, keys: [] };
}

/** A variable of each thread. */
export function perThread<T extends StoredType>(type: T): VariableShape<T, []> {
  return { scope: "thread", type, keys: [] };
}

/** A variable of one firing of one probe, shared by its clauses. */
export function perFiring<T extends StoredType>(type: T): VariableShape<T, []> {
  return { scope: "clause", type, keys: [] };
}

/** An associative array of the program. */
export function array<T extends StoredType, const Keys extends readonly StoredType[]>(
  keys: Keys,
  type: T,
): VariableShape<T, Keys> {
  return { scope: "global", type, keys };
}

/** A place that can be set: what a variable is in a clause. */
export interface Place<T extends StoredType> {
  readonly value: StoredValue<T>;
  set(value: StoredOperand<T>): Statement;
}

/** A variable in a clause; an associative array is one for each of its keys. */
export type VariableHandle<Shape> =
  Shape extends VariableShape<infer T, infer Keys>
    ? Keys extends readonly []
      ? Place<T>
      : { at(...keys: KeyOperands<Keys>): Place<T> }
    : never;

/** An aggregating function and the types of its keys. */
export interface AggregationShape<
  Name extends AggregatingFunction["name"],
  Keys extends readonly StoredType[],
> {
  readonly function: AggregatingFunction & { readonly name: Name };
  readonly keys: Keys;
}

type Simple = "count" | "sum" | "avg" | "min" | "max" | "stddev" | "quantize";

function simple<Name extends Simple>(name: Name) {
  return <const Keys extends readonly StoredType[] = []>(...keys: Keys): AggregationShape<Name, Keys> => ({
    function: { name },
    keys,
  });
}

/** Makes the aggregation of a function; its parameters are the types of the keys. */
type SimpleShape<Name extends Simple> = <const Keys extends readonly StoredType[] = []>(
  ...keys: Keys
) => AggregationShape<Name, Keys>;

export const count: SimpleShape<"count"> = simple("count");
export const sum: SimpleShape<"sum"> = simple("sum");
export const avg: SimpleShape<"avg"> = simple("avg");
export const min: SimpleShape<"min"> = simple("min");
export const max: SimpleShape<"max"> = simple("max");
/** The standard deviation. */
export const stddev: SimpleShape<"stddev"> = simple("stddev");
/** A distribution in powers of two. */
export const quantize: SimpleShape<"quantize"> = simple("quantize");

/** A distribution in linear buckets. */
export function lquantize<const Keys extends readonly StoredType[] = []>(
  parameters: LinearParameters,
  ...keys: Keys
): AggregationShape<"lquantize", Keys> {
  return { function: { name: "lquantize", ...parameters }, keys };
}

/** A distribution in linear buckets within each order of magnitude. */
export function llquantize<const Keys extends readonly StoredType[] = []>(
  parameters: LogLinearParameters,
  ...keys: Keys
): AggregationShape<"llquantize", Keys> {
  return { function: { name: "llquantize", ...parameters }, keys };
}

/** An element of an aggregation. */
export interface Element<Name extends AggregatingFunction["name"]> {
  /** Feeds a value into it: count takes none, the quantize family also how often it counts. */
  add(
    ...value: Name extends "count"
      ? []
      : Name extends `${string}quantize`
        ? [value: IntegerOperand, weight?: IntegerOperand]
        : [value: IntegerOperand]
  ): Statement;
}

/** An aggregation in a clause; one with keys is an element for each of them. */
export type AggregationHandle<Shape> =
  Shape extends AggregationShape<infer Name, infer Keys>
    ? AggregationActions &
        (Keys extends readonly [] ? Element<Name> : { by(...keys: KeyOperands<Keys>): Element<Name> })
    : never;

/** What can be done with an aggregation as a whole. */
export interface AggregationActions {
  readonly name: string;
  /** Empties the elements, keeping their keys. */
  clear(): Statement;
  /** Keeps the `count` greatest elements (negative: least); without a count, none. */
  trunc(count?: IntegerOperand): Statement;
  /** Shows values divided by `factor` from now on. */
  normalize(factor: IntegerOperand): Statement;
  denormalize(): Statement;
}

/** A variable of this name and shape, in clauses. */
export function variableHandle(
  name: string,
  { scope, type, keys }: VariableShape<StoredType, readonly StoredType[]>,
): Place<StoredType> | { at(...keys: readonly (IntegerOperand | StringOperand)[]): Place<StoredType> } {
  const place = (...given: readonly (IntegerOperand | StringOperand)[]): Place<StoredType> => {
    const target: VariableExpression = {
      kind: "variable",
      scope,
      name,
      keys: keys.map((keyType, at) => operandExpression(present(given[at]), keyType)),
      type,
    };
    return {
      value: valueOf(target) as StoredValue<StoredType>,
      set: (value) => ({
        kind: "expression",
        expression: { kind: "assign", target, value: operandExpression(value, type), type },
      }),
    };
  };
  return keys.length === 0 ? place() : { at: place };
}

/** An aggregation of this name and shape, in clauses. */
export function aggregationHandle(
  name: string,
  { keys }: AggregationShape<AggregatingFunction["name"], readonly StoredType[]>,
): AggregationActions {
  const element = (...given: readonly (IntegerOperand | StringOperand)[]) => ({
    add: (value?: IntegerOperand, weight?: IntegerOperand): Statement => ({
      kind: "aggregate",
      aggregation: name,
      keys: keys.map((type, at) => operandExpression(present(given[at]), type)),
      ...(value === undefined ? {} : { value: operandExpression(value, int64) }),
      ...(weight === undefined ? {} : { weight: operandExpression(weight, int64) }),
    }),
  });
  return {
    name,
    ...(keys.length === 0 ? element() : { by: element }),
    clear: () => ({ kind: "clear", aggregation: name }),
    trunc: (count) => ({
      kind: "trunc",
      aggregation: name,
      ...(count === undefined ? {} : { count: operandExpression(count, int64) }),
    }),
    normalize: (factor) => ({
      kind: "normalize",
      aggregation: name,
      factor: operandExpression(factor, int64),
    }),
    denormalize: () => ({ kind: "denormalize", aggregation: name }),
  };
}

function present<T extends IntegerValue | StringValue | Int | string>(key: T | undefined): T {
  if (key === undefined) throw new TypeError("a key is missing");
  return key;
}
