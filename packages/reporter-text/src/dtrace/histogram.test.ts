import { addValue, emptyState, type AggregatingFunction, type Int } from "@trace/core";
import { describe, expect, it } from "vitest";
import { renderHistogram } from "./histogram.ts";

function counts(fn: AggregatingFunction, values: readonly Int[]): ReadonlyMap<number, Int> {
  const state = emptyState(fn);
  for (const value of values) addValue(fn, state, value);
  if (state.kind !== "buckets") throw new TypeError(`${fn.name} has no buckets`);
  return state.counts;
}

/** The labels of the rows that are shown, and the count of each. */
function rows(fn: AggregatingFunction, ...values: Int[]): string[] {
  return renderHistogram(fn, counts(fn, values))
    .trimEnd()
    .split("\n")
    .slice(2)
    .map((line) => `${line.split("|")[0]?.trim()} ${line.trimEnd().split(" ").at(-1)}`);
}

const quantize: AggregatingFunction = { name: "quantize" };

function llquantize(factor: number, low: number, high: number, steps: number): AggregatingFunction {
  return { name: "llquantize", factor, low, high, steps };
}

/** The expectations are what DTrace 2.0.7 prints. */
describe("rows", () => {
  it("of quantize reach one bucket beyond the data, where there is one", () => {
    expect(rows(quantize, 3)).toEqual(["1 0", "2 1", "4 0"]);
    expect(rows(quantize, -(2n ** 63n))).toEqual(["-4611686018427387904 1", "-2305843009213693952 0"]);
    expect(rows(quantize, 2n ** 63n - 1n)).toEqual(["2305843009213693952 0", "4611686018427387904 1"]);
    expect(rows(quantize)).toEqual(["-1 0", "0 0", "1 0"]);
  });

  it("of lquantize name what lies outside", () => {
    const fn: AggregatingFunction = { name: "lquantize", low: -5, high: 10, step: 4 };
    expect(rows(fn, -99999, 99999)).toEqual(["< -5 1", "-5 0", "-1 0", "3 0", ">= 7 1"]);
    expect(rows({ name: "lquantize", low: 0, high: 10, step: 3 })).toEqual(["< 0 0", "0 0", "3 0"]);
  });

  it("of llquantize have linear steps in each magnitude", () => {
    expect(rows(llquantize(2, 0, 4, 4), -99999, 99999).map((row) => row.slice(0, -2))).toEqual(
      "<= -32,-24,-16,-12,-8,-6,-4,-3,-2,-1,0,1,2,3,4,6,8,12,16,24,>= 32".split(","),
    );
    expect(rows(llquantize(3, 1, 3, 9), -99999, 99999).map((row) => row.slice(0, -2))).toEqual(
      (
        "<= -81,-72,-63,-54,-45,-36,-27,-24,-21,-18,-15,-12,-9,-8,-7,-6,-5,-4,-3,abs() < 3," +
        "3,4,5,6,7,8,9,12,15,18,21,24,27,36,45,54,63,72,>= 81"
      ).split(","),
    );
  });

  it("of llquantize name the bucket around zero by its neighbours", () => {
    expect(rows(llquantize(2, 2, 4, 4), 5)).toEqual(["< 4 0", "4 1", "6 0"]);
    expect(rows(llquantize(10, 1, 2, 10), -5)).toEqual(["-10 0", "abs() < 10 1", "10 0"]);
    expect(rows(llquantize(10, 0, 2, 10), 0)).toEqual(["-1 0", "0 1", "1 0"]);
    expect(rows(llquantize(10, 1, 2, 20))).toEqual(["< 10 0", "10 0", "15 0"]);
    expect(rows(llquantize(10, 2, 3, 10), -99999)).toEqual(["<= -10000 1", "-9000 0"]);
  });
});

describe("bars", () => {
  it("share forty columns, to the nearest", () => {
    expect(
      renderHistogram(
        quantize,
        new Map([
          [1, 15],
          [3, 1],
        ]),
      ),
    ).toBe(`
           value  ------------- Distribution ------------- count    
               0 |                                         0        
               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@   15       
               2 |                                         0        
               4 |@@@                                      1        
               8 |                                         0        
`);
  });

  it("go to the left where all counts are negative", () => {
    expect(
      renderHistogram(
        quantize,
        new Map([
          [1, -5],
          [3, -6],
        ]),
      ),
    ).toBe(`
           value  ------------- Distribution ------------- count    
               0                                         | 0        
               1                       @@@@@@@@@@@@@@@@@@| -5       
               2                                         | 0        
               4                   @@@@@@@@@@@@@@@@@@@@@@| -6       
               8                                         | 0        
`);
  });

  it("go both ways where some are, and counts are divided as unsigned", () => {
    expect(
      renderHistogram(
        quantize,
        new Map([
          [1, -5],
          [3, 6],
        ]),
        2,
      ),
    ).toBe(`
           value  ------------- Distribution ------------- count    
               0                     |                     0        
               1            @@@@@@@@@|                     9223372036854775805
               2                     |                     0        
               4                     |@@@@@@@@@@@          3        
               8                     |                     0        
`);
  });

  it("are drawn before counts are normalized", () => {
    expect(
      renderHistogram(
        quantize,
        new Map([
          [1, 7],
          [7, 2],
        ]),
        3,
      ),
    ).toBe(`
           value  ------------- Distribution ------------- count    
               0 |                                         0        
               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@          2        
               2 |                                         0        
               4 |                                         0        
               8 |                                         0        
              16 |                                         0        
              32 |                                         0        
              64 |@@@@@@@@@                                0        
             128 |                                         0        
`);
  });
});
