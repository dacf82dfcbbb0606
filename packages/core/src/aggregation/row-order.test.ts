import { describe, expect, it } from "vitest";
import { decodeText } from "../value/text.ts";
import { int32, int64, string, type Type } from "../value/type.ts";
import type { Value } from "../value/value.ts";
import { addValue, emptyState } from "./aggregate.ts";
import type { AggregatingFunction } from "./aggregating-function.ts";
import { compareKeys, orderRows } from "./row-order.ts";

function keysInOrder(
  fn: AggregatingFunction,
  types: readonly Type[],
  elements: readonly (readonly [keys: readonly Value[], ...values: (number | bigint)[]])[],
): readonly (readonly Value[])[] {
  const rows = elements.map(([keys, ...values]) => {
    const state = emptyState(fn);
    for (const value of values) addValue(fn, state, value);
    return { keys, state };
  });
  return orderRows({ function: fn, keys: types }, rows).map(({ keys }) => keys);
}

describe("orderRows", () => {
  it("goes by value, signed, then by keys", () => {
    expect(
      keysInOrder(
        { name: "sum" },
        [string],
        [
          [["b"], 4],
          [["c"], -3],
          [["a"], 4],
          [["d"], 18446744073709551613n],
        ],
      ),
    ).toEqual([["c"], ["d"], ["a"], ["b"]]);
  });

  it("compares averages as they are shown, truncated", () => {
    expect(
      keysInOrder(
        { name: "avg" },
        [string],
        [
          [["b"], 10],
          [["a"], 10, 11],
          [["c"], 9],
        ],
      ),
    ).toEqual([["c"], ["a"], ["b"]]);
  });

  it("is exact for distributions beyond 64 bits", () => {
    const greatest = 2n ** 62n;
    expect(
      keysInOrder(
        { name: "quantize" },
        [string],
        [
          [["b"], greatest, greatest, greatest, greatest, 1],
          [["a"], greatest, greatest, greatest, greatest, 2],
        ],
      ),
    ).toEqual([["b"], ["a"]]);
  });
});

describe("compareKeys", () => {
  it("takes integers as unsigned at their width", () => {
    expect([[-2], [9], [10]].sort(compareKeys([int32]))).toEqual([[9], [10], [-2]]);
    expect([[-1], [2 ** 40]].sort(compareKeys([int64]))).toEqual([[2 ** 40], [-1]]);
  });

  it("takes strings as bytes", () => {
    const invalid = decodeText(Uint8Array.of(0xff));
    const keys = [[invalid], ["\u{1f600}"], ["\uffee"], ["z"], [""], ["zz"]];
    expect(keys.toSorted(compareKeys([string]))).toEqual([
      [""],
      ["z"],
      ["zz"],
      ["\uffee"],
      ["\u{1f600}"],
      [invalid],
    ]);
  });

  it("starts with the key asked for and goes round", () => {
    const keys: Value[][] = [
      ["b", 1],
      ["a", 2],
      ["a", 1],
    ];
    expect(keys.toSorted(compareKeys([string, int32], 1))).toEqual([
      ["a", 1],
      ["b", 1],
      ["a", 2],
    ]);
    expect(keys.toSorted(compareKeys([string, int32], 7))).toEqual([
      ["a", 1],
      ["a", 2],
      ["b", 1],
    ]);
  });

  it("orders stacks frame by frame", () => {
    const stack = (...addresses: number[]): Value[] => [
      { frames: addresses.map((address) => ({ address })) },
    ];
    const type: Type = { kind: "stack", space: "user", depth: 5 };
    expect([stack(2, 1), stack(1, 9), stack(1)].sort(compareKeys([type]))).toEqual([
      stack(1),
      stack(1, 9),
      stack(2, 1),
    ]);
  });
});
