import fc from "fast-check";
import { expect, test } from "vitest";
import type { Value } from "../value/value.ts";
import { keyIdentity, mergeSnapshots } from "./merge-snapshots.ts";
import type { AggregationSnapshot } from "./snapshot.ts";
import { snapshotFromJson, snapshotToJson, type AggregationSnapshotJson } from "./state-json.ts";

function counts(rows: readonly (readonly [readonly Value[], number])[]): AggregationSnapshot {
  return { name: "c", rows: rows.map(([keys, n]) => ({ keys, state: { kind: "count", n } })) };
}

test("rows of one key are merged, others kept", () => {
  const first = counts([
    [["a", 1], 2],
    [["b", 1], 1],
  ]);
  const second = counts([
    [["a", 1], 3],
    [["a", "1"], 4],
  ]);
  expect(mergeSnapshots("c", [first, second])).toEqual(
    counts([
      [["a", 1], 5],
      [["b", 1], 1],
      [["a", "1"], 4],
    ]),
  );
});

test("what is merged shares nothing with its parts", () => {
  const part: AggregationSnapshot = {
    name: "q",
    rows: [{ keys: [], state: { kind: "buckets", counts: new Map([[1, 1]]) } }],
  };
  mergeSnapshots("q", [part, part]);
  expect(part.rows[0]?.state).toEqual({ kind: "buckets", counts: new Map([[1, 1]]) });
});

test("the last normalization counts", () => {
  const plain = counts([]);
  expect(
    mergeSnapshots("c", [{ ...plain, normalization: 2 }, { ...plain, normalization: 5 }, plain])
      .normalization,
  ).toBe(5);
  expect("normalization" in mergeSnapshots("c", [plain])).toBe(false);
});

test("keys have one identity exactly where they are equal", () => {
  const key = fc.oneof(
    fc.constantFrom<Value>(1, "1", 10, "s1:", "i1;", "", { float: 1 }, 9007199254740993n, "a", "ab"),
    fc.string({ maxLength: 3 }),
    fc.integer({ min: -3, max: 3 }),
  );
  const keys = fc.array(key, { maxLength: 3 });
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      const text = (list: readonly Value[]): string =>
        JSON.stringify(list.map((one) => (typeof one === "bigint" ? { int: one.toString() } : one)));
      expect(keyIdentity(a) === keyIdentity(b)).toBe(text(a) === text(b));
    }),
    { numRuns: 2000 },
  );
});

test("JSON keeps a snapshot", () => {
  const snapshot: AggregationSnapshot = {
    name: "x",
    rows: [
      {
        keys: ["a", 9007199254740993n],
        state: { kind: "stddev", n: 1, sum: 2, squares: 85070591730234615847396907784232501249n },
      },
      { keys: ["\udcff", -1], state: { kind: "min", value: undefined } },
    ],
    normalization: 1000,
  };
  const json = JSON.parse(JSON.stringify(snapshotToJson(snapshot))) as AggregationSnapshotJson;
  expect(snapshotFromJson(json)).toEqual(snapshot);
});
