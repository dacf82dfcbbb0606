import { int64, type AggregationSnapshot } from "@trace/core";
import { expect, test } from "vitest";
import { CollectedAggregations } from "./collected-aggregations.ts";

function count(n: number): AggregationSnapshot {
  return { name: "n", rows: [{ keys: [], state: { kind: "count", n } }] };
}

function collected(): CollectedAggregations {
  return new CollectedAggregations([
    { name: "n", function: { name: "count" }, keys: [], value: int64 },
    { name: "unused", function: { name: "sum" }, keys: [], value: int64 },
  ]);
}

test("what others have sent counts until the one that leads has it, and never twice", () => {
  const all = collected();
  all.lead([count(10)], 0);
  all.contribute([count(3)]);
  all.contribute([count(4)]);
  expect(all.all()).toEqual([count(17), { name: "unused", rows: [] }]);
  all.lead([count(13)], 1);
  expect(all.all()[0]).toEqual(count(17));
  all.lead([count(17)], 2);
  expect(all.all()[0]).toEqual(count(17));
});

test("data of an earlier moment are completed by what they lack", () => {
  const all = collected();
  all.contribute([count(3)]);
  all.contribute([count(4)]);
  expect(all.completed([count(10)], 0)).toEqual([count(17)]);
  expect(all.completed([count(13)], 1)).toEqual([count(17)]);
  expect(all.completed([count(17)], 2)).toEqual([count(17)]);
});

test("what one of the others shows has all that the rest have told", () => {
  const all = collected();
  all.lead([count(10)], 0);
  all.contribute([count(3)]);
  expect(all.withAll([count(2)])).toEqual([count(15)]);
});

test("nothing told is every aggregation, empty", () => {
  expect(collected().all()).toEqual([
    { name: "n", rows: [] },
    { name: "unused", rows: [] },
  ]);
});
