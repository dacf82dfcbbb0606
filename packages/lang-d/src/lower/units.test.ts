import { describe, expect, test } from "vitest";
import { parseRate, parseSize } from "./units.ts";

describe("units", () => {
  test.each([
    ["64", 64],
    ["0x10", 16],
    ["8k", 8192],
    ["4M", 4 * 2 ** 20],
    ["1g", 2 ** 30],
    ["", undefined],
    ["4x", undefined],
    ["-1", undefined],
  ])("size %j: %s", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    ["10hz", 1e8],
    ["5s", 5e9],
    ["5", 5],
    ["1min", 6e10],
    ["0hz", undefined],
    ["hz", undefined],
  ])("rate %j: %s", (text, nanoseconds) => {
    expect(parseRate(text)).toBe(nanoseconds);
  });
});
