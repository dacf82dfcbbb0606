import fc from "fast-check";
import { expect, test } from "vitest";
import { validateProgram, type Program } from "@trace/core";
import {
  and,
  array,
  avg,
  begin,
  count,
  end,
  error,
  exit,
  global,
  int32,
  int64,
  int8,
  llquantize,
  lquantize,
  max,
  perFiring,
  perThread,
  printa,
  printf,
  program,
  quantize,
  stddev,
  string,
  tick,
  trace,
  uint64,
  usdt,
  when,
} from "@trace/core/builder";
import { probe } from "./test-support/nodes.ts";
import { compile } from "./test-support/run.ts";

const shop = { checkout: ["order: string", "cents: int64", "rate: double", "count: uint8"] } as const;

/** Something of everything, to be changed at random. */
const source: Program = program({
  options: { stringSize: 32, maxKeys: 4 },
  variables: {
    last: global(string),
    small: global(int8),
    started: perThread(uint64),
    twice: perFiring(int64),
    seen: array([string, int32], int64),
  },
  aggregations: {
    hits: count(),
    cents: quantize(string),
    mean: avg(int64, string),
    spread: lquantize({ low: -10, high: 100, step: 3 }),
    magnitude: llquantize({ factor: 10, low: 0, high: 4, steps: 20 }),
    most: max(),
    deviation: stddev(),
  },
})
  .on(begin, ({ variables }) => [variables.last.set("none"), printf("go\n")])
  .on(
    usdt("shop", shop, "checkout"),
    ({ args }) => and(args.cents.notEquals(7), args.order.notEquals("skip")),
    ({ args, variables, aggregations, timestamp, execname }) => [
      variables.twice.set(args.cents.multiply(2).shiftLeft(args.count)),
      variables.small.set(args.cents.bitXor(0x55).remainder(args.count)),
      variables.seen.at(args.order, 3).set(variables.seen.at(args.order, 3).value.add(1)),
      variables.started.set(timestamp),
      variables.last.set(args.order.substring(-3, 2).concat(execname).toUpperCase()),
      aggregations.hits.add(),
      aggregations.cents.by(args.order).add(args.cents, args.count),
      aggregations.mean.by(variables.twice.value, variables.last.value).add(args.cents.divide(3)),
      aggregations.spread.add(variables.small.value),
      aggregations.magnitude.add(args.cents.negate()),
      aggregations.most.add(timestamp.subtract(variables.started.value)),
      aggregations.deviation.add(args.cents),
      when(args.rate.greaterThan(0.5), [trace(args.rate.multiply(2))], [trace(args.order.toInteger())]),
      printf("%s %d\n", variables.last.value, variables.twice.value),
    ],
  )
  .on(tick("1s"), ({ aggregations }) => [
    printa(aggregations.cents),
    aggregations.mean.trunc(1),
    aggregations.cents.normalize(10),
    aggregations.most.clear(),
  ])
  .on(error, () => [exit(2)])
  .on(end, () => [exit(3)])
  .build();

type Tree = Record<string, unknown>;

/** The paths to all objects and leaves of `json`. */
function pathsOf(json: unknown, path: readonly string[] = []): string[][] {
  const own = path.length === 0 ? [] : [[...path]];
  if (typeof json !== "object" || json === null) return own;
  return [...own, ...Object.entries(json).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

const paths = pathsOf(source);
const at = (json: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Tree | undefined)?.[key], json);

/** What a value is in the place of: changes for another of its sort are the ones that may be valid. */
function sortOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  if (Array.isArray(value)) return "array";
  const { kind, type } = value as Tree;
  return kind === undefined
    ? "object"
    : type === undefined
      ? "statement"
      : `expression ${JSON.stringify(type)}`;
}

const extra = [
  "<<",
  "%",
  "-",
  "<",
  "==",
  "&&",
  "~",
  "!",
  "thread",
  "global",
  -1,
  0,
  2 ** 40,
  8,
  64,
  false,
  true,
];
const pieces: readonly unknown[] = [...paths.map((path) => at(source, path)), ...extra];

function piecesOf(sort: string): readonly unknown[] {
  return pieces.filter((piece) => sortOf(piece) === sort);
}

/** A place in the program, and a value to put there. */
const change = fc
  .constantFrom(...paths)
  .chain((path) => fc.tuple(fc.constant(path), fc.constantFrom(...piecesOf(sortOf(at(source, path))))));

test("whatever is valid compiles, and runs without an exception", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const json = JSON.parse(JSON.stringify(source)) as Tree;
      for (const [path, piece] of changes) {
        const parent = at(json, path.slice(0, -1));
        if (typeof parent === "object" && parent !== null)
          (parent as Tree)[path.at(-1) ?? ""] = JSON.parse(JSON.stringify(piece)) as unknown;
      }
      const { program: valid } = validateProgram(json);
      if (valid === undefined) return;
      accepted++;
      const { engine } = compile(valid);
      const fire = engine.bind(probe("string", "int64", "double", "uint8"), 50);
      engine.begin();
      for (const given of [
        ["a", 5, 0.25, 3],
        ["b\0", 2n ** 63n, 2, 0],
        [undefined, -1, Number.NaN, 255],
        ["a", 7, 1, 1],
      ])
        fire?.(...given);
      for (const timer of engine.timers) timer.fire();
      engine.end();
      engine.merge(engine.drain());
      engine.snapshot();
    }),
    { numRuns: 4000 },
  );
  expect(accepted).toBeGreaterThan(200);
  // Thousands of programs are compiled: on a busy machine that takes its time.
}, 60_000);

test("the program itself is valid", () => {
  expect(validateProgram(source).diagnostics).toEqual([]);
});
