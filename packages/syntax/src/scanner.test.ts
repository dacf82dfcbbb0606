import { expect, test } from "vitest";
import { Scanner } from "./scanner.ts";

test("a scanner steps over what it takes and nothing else", () => {
  const scanner = new Scanner("let x=1");
  expect(scanner.take("var")).toBe(false);
  expect(scanner.take("let")).toBe(true);
  expect(scanner.match(/\d+/y)).toBeUndefined();
  expect(scanner.match(/ +/y)).toBe(" ");
  expect([scanner.peek(), scanner.peek(1), scanner.peek(9)]).toEqual(["x", "=", ""]);
  const start = scanner.at;
  scanner.skipTo("1");
  expect(scanner.spanFrom(start)).toEqual({ start: 4, end: 6 });
  expect(scanner.takeAny(["11", "1"])).toBe("1");
  expect(scanner.done).toBe(true);
});

test("what is not there is skipped to the end", () => {
  const scanner = new Scanner("abc");
  scanner.skipTo("*/");
  expect(scanner.at).toBe(3);
});
