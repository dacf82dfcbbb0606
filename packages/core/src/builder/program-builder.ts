/** Building programs in TypeScript. */
import type { AggregatingFunction } from "../aggregation/aggregating-function.ts";
import { programVersion, type Clause, type Program, type ProgramOptions } from "../ir/program.ts";
import type { Statement } from "../ir/statement.ts";
import { int64 } from "../value/type.ts";
import {
  aggregationHandle,
  variableHandle,
  type AggregationHandle,
  type AggregationShape,
  type StoredType,
  type VariableHandle,
  type VariableShape,
} from "./declarations.ts";
import { facts, type Facts, type Point } from "./points.ts";
import type { IntegerValue } from "./values.ts";

type VariableShapes = Readonly<Record<string, VariableShape<StoredType, readonly StoredType[]>>>;
type AggregationShapes = Readonly<
  Record<string, AggregationShape<AggregatingFunction["name"], readonly StoredType[]>>
>;

/** A clause's body, whatever its context. */
type Body = (context: never) => readonly Statement[];

/** What a program keeps, by name. */
export interface ProgramState<V extends VariableShapes, A extends AggregationShapes> {
  readonly variables?: V;
  readonly aggregations?: A;
  readonly options?: ProgramOptions;
}

/** What a clause is given: the probe's arguments, the program's state, and the facts of the firing. */
export interface ClauseContext<
  Arguments,
  V extends VariableShapes,
  A extends AggregationShapes,
> extends Facts {
  readonly args: Arguments;
  readonly variables: { readonly [Name in keyof V]: VariableHandle<V[Name]> };
  readonly aggregations: { readonly [Name in keyof A]: AggregationHandle<A[Name]> };
}

/** A program being built. Each `on` is a new one; none changes. */
export interface ProgramBuilder<V extends VariableShapes, A extends AggregationShapes> {
  /** Adds a clause: what `body` returns is done whenever `point` fires and, where there is one, the predicate holds. */
  on<Arguments>(
    point: Point<Arguments>,
    body: (context: ClauseContext<Arguments, V, A>) => readonly Statement[],
  ): ProgramBuilder<V, A>;
  on<Arguments>(
    point: Point<Arguments>,
    predicate: (context: ClauseContext<Arguments, V, A>) => IntegerValue,
    body: (context: ClauseContext<Arguments, V, A>) => readonly Statement[],
  ): ProgramBuilder<V, A>;
  /** The program as it is now: plain data, valid. */
  build(): Program;
}

/**
 * Starts a program.
 *
 * ```ts
 * const sales = program({ aggregations: { cents: quantize(string) } })
 *   .on(usdt("shop", shop, "checkout"), ({ args, aggregations }) => [
 *     aggregations.cents.by(args.country).add(args.cents),
 *   ])
 *   .on(tick("10s"), () => [exit()])
 *   .build();
 * ```
 */
export function program<
  const V extends VariableShapes = Readonly<Record<never, never>>,
  const A extends AggregationShapes = Readonly<Record<never, never>>,
>(state: ProgramState<V, A> = {}): ProgramBuilder<V, A> {
  const { variables = {} as V, aggregations = {} as A, options = {} } = state;
  const handles = {
    ...facts,
    variables: mapEntries(variables, variableHandle),
    aggregations: mapEntries(aggregations, aggregationHandle),
  };
  const base: Program = {
    version: programVersion,
    style: "dtrace",
    options,
    variables: Object.entries(variables).map(([name, shape]) => ({ name, ...shape })),
    aggregations: Object.entries(aggregations).map(([name, shape]) => ({ name, ...shape, value: int64 })),
    clauses: [],
  };
  const withClauses = (clauses: readonly Clause[]): ProgramBuilder<V, A> => ({
    on(
      { point, arguments: args }: Point<unknown>,
      ...parts: readonly [(context: never) => IntegerValue, Body] | readonly [Body]
    ) {
      const context = { ...handles, args } as never;
      const body = parts[parts.length - 1] as Body;
      const predicate = parts.length === 2 ? { predicate: parts[0](context).expression } : {};
      return withClauses([...clauses, { points: [point], ...predicate, body: body(context) }]);
    },
    build: () => ({ ...base, clauses }),
  });
  return withClauses([]);
}

function mapEntries<Shape, Handle>(
  shapes: Readonly<Record<string, Shape>>,
  make: (name: string, shape: Shape) => Handle,
): Record<string, Handle> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, make(name, shape)]));
}
