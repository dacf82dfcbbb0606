import { describe, expect, test } from "vitest";
import { LineMap } from "./line-map.ts";

describe("LineMap", () => {
  const text = "one\ntwo\r\n\nfour";
  const map = new LineMap(text);

  test.each([
    ["o of one", 0, 1, 1],
    ["the line feed belongs to its line", 3, 1, 4],
    ["t of two", 4, 2, 1],
    ["an empty line", 9, 3, 1],
    ["r of four", 13, 4, 4],
    ["the end", 14, 4, 5],
    ["beyond the end", 99, 4, 5],
    ["before the start", -1, 1, 1],
  ])("%s", (_, offset, line, column) => {
    expect(map.position(offset)).toEqual({ line, column });
  });

  test("lines are without their ends", () => {
    expect([1, 2, 3, 4, 5].map((line) => map.lineText(line))).toEqual(["one", "two", "", "four", ""]);
    expect(map.lineCount).toBe(4);
  });

  test("columns count characters, not UTF-16 units", () => {
    expect(new LineMap("a😀b").position(3)).toEqual({ line: 1, column: 3 });
  });

  test("an empty text has one line", () => {
    expect(new LineMap("").position(0)).toEqual({ line: 1, column: 1 });
  });
});
