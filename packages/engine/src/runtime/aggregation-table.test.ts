import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addValue,
  emptyState,
  int32,
  int64,
  keyIdentity,
  mergeSnapshots,
  normalizeInt,
  string,
  type AggregatingFunction,
  type AggregationSnapshot,
  type Expression,
  type Program,
  type Statement,
  type Type,
  type Value,
} from "@trace/core";
import {
  aggregate,
  aggregation,
  argument,
  argumentText,
  call,
  cast,
  clause,
  integer,
  point,
  probe,
  program,
} from "../test-support/nodes.ts";
import { compile } from "../test-support/run.ts";

const functions: readonly AggregatingFunction[] = [
  { name: "count" },
  { name: "sum" },
  { name: "avg" },
  { name: "min" },
  { name: "max" },
  { name: "stddev" },
  { name: "quantize" },
  { name: "lquantize", low: -50, high: 50, step: 7 },
  { name: "lquantize", low: 0, high: 60_000, step: 1 },
  { name: "llquantize", factor: 10, low: 0, high: 6, steps: 20 },
];

/** Rows in an order of their own, to be compared. */
function sorted(snapshot: AggregationSnapshot | undefined): AggregationSnapshot | undefined {
  return (
    snapshot && {
      ...snapshot,
      rows: snapshot.rows.toSorted((a, b) => (keyIdentity(a.keys) < keyIdentity(b.keys) ? -1 : 1)),
    }
  );
}

/** A program that feeds `_` with the last argument, by keys from those before it. */
function feeding(
  fn: AggregatingFunction,
  keys: readonly [Expression, Type][],
  options: Program["options"] = {},
): Program {
  const value = fn.name === "count" ? undefined : argument(2);
  const statement = aggregate(
    "_",
    keys.map(([key]) => key),
    value,
  );
  return program({
    options,
    aggregations: [
      aggregation(
        "_",
        fn,
        keys.map(([, type]) => type),
      ),
    ],
    clauses: [clause([point], statement)],
  });
}

const probeOfThree = probe("string", "int64", "int64");
const textKey: [Expression, Type] = [argumentText(0), string];
const intKey: [Expression, Type] = [argument(1), int64];
const narrowKey: [Expression, Type] = [cast(argument(1), int32), int32];

const int = fc
  .oneof(
    fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
    fc.bigInt(-300n, 70_000n),
    fc
      .constantFrom(31n, 32n, 53n, 63n)
      .chain((power) => fc.bigInt(-2n, 2n).map((near) => BigInt.asIntN(64, (1n << power) + near))),
  )
  .map(normalizeInt);
const text = fc.oneof(
  fc.constantFrom("", "US", "DE", "für"),
  fc.string({ unit: "grapheme", maxLength: 4 }).map((one) => one.replaceAll("\0", "")),
);

describe.each(functions)("$name agrees with core", (fn) => {
  test.each<[string, [Expression, Type][], (given: readonly Value[]) => Value[]]>([
    ["without keys", [], () => []],
    ["by a string", [textKey], ([a]) => [a ?? ""]],
    ["by an integer", [intKey], ([, b]) => [b ?? 0]],
    [
      "by three keys",
      [intKey, textKey, narrowKey],
      ([a, b]) => [b ?? 0, a ?? "", Number(BigInt.asIntN(32, BigInt(b as number)))],
    ],
  ])("%s", (_, keys, keysOf) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, int, int), { maxLength: 30 }), (events) => {
        const { engine } = compile(feeding(fn, keys));
        const fire = engine.bind(probeOfThree, 10);
        const rows = new Map<string, AggregationSnapshot["rows"][number]>();
        for (const event of events) {
          fire?.(...event);
          const wanted = keysOf(event);
          const row = rows.get(keyIdentity(wanted)) ?? { keys: wanted, state: emptyState(fn) };
          addValue(fn, row.state, event[2]);
          rows.set(keyIdentity(wanted), row);
        }
        const [snapshot] = engine.snapshot();
        expect(sorted(snapshot)).toEqual(sorted({ name: "_", rows: [...rows.values()] }));
        expect(engine.drops()).toEqual({ aggregations: 0, variables: 0 });
      }),
      { numRuns: 60 },
    );
  });

  test("parts drained and merged are the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, int, int, fc.boolean()), { maxLength: 30 }), (events) => {
        const whole = compile(feeding(fn, [textKey])).engine;
        const part = compile(feeding(fn, [textKey])).engine;
        const lead = compile(feeding(fn, [textKey])).engine;
        const [fireWhole, firePart] = [whole, part].map((one) => one.bind(probeOfThree, 10));
        for (const [a, b, c, flush] of events) {
          fireWhole?.(a, b, c);
          firePart?.(a, b, c);
          if (flush) lead.merge(part.drain());
        }
        lead.merge(part.drain());
        expect(part.snapshot()).toEqual([{ name: "_", rows: [] }]);
        expect(lead.snapshot().map(sorted)).toEqual(whole.snapshot().map(sorted));
        expect(sorted(mergeSnapshots("_", lead.snapshot()))).toEqual(sorted(whole.snapshot()[0]));
      }),
      { numRuns: 60 },
    );
  });
});

test("a weight counts so many times, also a negative or a huge one", () => {
  const weighted = program({
    aggregations: [aggregation("_", { name: "quantize" })],
    clauses: [clause([point], aggregate("_", [], argument(0), argument(1)))],
  });
  const { engine } = compile(weighted);
  const fire = engine.bind(probe("int64", "int64"), 10);
  fire?.(4, 10);
  fire?.(4, -3);
  fire?.(-8, 2n ** 62n);
  fire?.(-8, 2n ** 62n);
  fire?.(1, 5);
  fire?.(1, -5);
  expect(engine.snapshot()[0]?.rows[0]?.state).toEqual({
    kind: "buckets",
    counts: new Map<number, number | bigint>([
      [-4, -(2n ** 63n)],
      [3, 7],
    ]),
  });
});

describe("limits", () => {
  test("an element too many is counted as dropped; known ones go on", () => {
    const { engine } = compile(feeding({ name: "count" }, [textKey, intKey], { maxKeys: 2 }));
    const fire = engine.bind(probeOfThree, 10);
    for (const key of ["a", "b", "c", "d", "a"]) fire?.(key, 1, 0);
    expect(engine.snapshot()[0]?.rows).toEqual([
      { keys: ["a", 1], state: { kind: "count", n: 2 } },
      { keys: ["b", 1], state: { kind: "count", n: 1 } },
    ]);
    expect(engine.drops()).toEqual({ aggregations: 2, variables: 0 });
    expect(engine.drops()).toEqual({ aggregations: 0, variables: 0 });
  });

  test("buckets are bounded in all of an aggregation's elements", () => {
    const { engine } = compile(feeding({ name: "lquantize", low: 0, high: 1000, step: 1 }, [intKey]));
    const fire = engine.bind(probeOfThree, 10);
    for (let key = 0; key < 5000; key++) fire?.("", key, 999);
    const { aggregations } = engine.drops();
    expect(aggregations).toBeGreaterThan(0);
    const counted = engine
      .snapshot()[0]
      ?.rows.filter(({ state }) => state.kind === "buckets" && state.counts.size > 0);
    expect((counted?.length ?? 0) + aggregations).toBe(5000);
  });
});

describe("keys", () => {
  test("are what a tracer in the kernel would read: up to NUL, at most stringSize bytes", () => {
    const { engine } = compile(feeding({ name: "count" }, [textKey], { stringSize: 4 }));
    const fire = engine.bind(probeOfThree, 10);
    for (const given of [
      "abcdef",
      "abcdxx",
      "ab\0cd",
      "ab",
      "abcé",
      undefined,
      null,
      12,
      true,
      { toString: () => "no" },
      "\ud800",
    ])
      fire?.(given, 0, 0);
    expect(
      engine.snapshot()[0]?.rows.map(({ keys, state }) => [keys[0], state.kind === "count" && state.n]),
    ).toEqual([
      ["abcd", 2],
      ["ab", 2],
      ["abc\udcc3", 1],
      ["", 3],
      ["12", 1],
      ["true", 1],
      ["\ufffd", 1],
    ]);
  });
});

test("a key that is no whole number of characters is found again", () => {
  const half: [Expression, Type] = [call("substr", argumentText(0), integer(0), integer(2)), string];
  const { engine } = compile(feeding({ name: "count" }, [half]));
  const fire = engine.bind(probeOfThree, 10);
  fire?.("für", 0, 0);
  fire?.("fürs", 0, 0);
  expect(engine.snapshot()[0]?.rows).toEqual([{ keys: ["f\udcc3"], state: { kind: "count", n: 2 } }]);
});

describe("actions on a whole aggregation", () => {
  const actions = (...body: readonly Statement[]): Program =>
    program({
      aggregations: [aggregation("_", { name: "sum" }, [int64])],
      clauses: [
        clause([point], aggregate("_", [argument(0)], argument(0))),
        clause([{ kind: "timer", mode: "interval", period: 1, name: "tick-1ns" }], ...body),
      ],
    });
  const run = (...body: readonly Statement[]) => {
    const { engine, host } = compile(actions(...body));
    const fire = engine.bind(probe("int64"), 10);
    for (const value of [3, 1, 2]) fire?.(value);
    engine.timers[0]?.fire();
    const [snapshot] = engine.snapshot();
    return {
      rows: snapshot?.rows.map(({ keys, state }) => [keys[0], state.kind === "sum" && state.sum]),
      normalization: snapshot?.normalization,
      faults: host.faults.length,
      fire,
      engine,
    };
  };

  test("clear keeps the keys", () => {
    const { rows, fire, engine } = run({ kind: "clear", aggregation: "_" });
    expect(rows).toEqual([
      [3, 0],
      [1, 0],
      [2, 0],
    ]);
    fire?.(3);
    expect(engine.snapshot()[0]?.rows[0]?.state).toEqual({ kind: "sum", sum: 3 });
  });

  test("trunc keeps the greatest, the least, or none", () => {
    const keysAfter = (count?: number): unknown =>
      run({ kind: "trunc", aggregation: "_", ...(count === undefined ? {} : { count: integer(count) }) })
        .rows?.map(([key]) => key as number)
        .toSorted();
    expect(keysAfter(2)).toEqual([2, 3]);
    expect(keysAfter(-2)).toEqual([1, 2]);
    expect(keysAfter(9)).toEqual([1, 2, 3]);
    expect(keysAfter(0)).toEqual([]);
    expect(keysAfter()).toEqual([]);
  });

  test("normalize is shown by snapshots until denormalize; by zero it is a fault", () => {
    const normalize: Statement = { kind: "normalize", aggregation: "_", factor: integer(1000) };
    expect(run(normalize).normalization).toBe(1000);
    expect(run(normalize, { kind: "denormalize", aggregation: "_" }).normalization).toBeUndefined();
    expect(run({ ...normalize, factor: integer(0) })).toMatchObject({ normalization: undefined, faults: 1 });
  });

  test("an element removed makes room", () => {
    const { engine } = compile({ ...actions({ kind: "trunc", aggregation: "_" }), options: { maxKeys: 1 } });
    const fire = engine.bind(probe("int64"), 10);
    fire?.(1);
    engine.timers[0]?.fire();
    fire?.(2);
    expect(engine.drops().aggregations).toBe(0);
  });
});

test("a snapshot shares nothing with the engine", () => {
  const { engine } = compile(feeding({ name: "quantize" }, []));
  const fire = engine.bind(probeOfThree, 10);
  fire?.("", 0, 1);
  const [before] = engine.snapshot();
  fire?.("", 0, 1);
  expect(before?.rows[0]?.state).toEqual({ kind: "buckets", counts: new Map([[1, 1]]) });
});
