import { expect, test } from "vitest";
import { parseDuration } from "./duration.ts";

test.each([
  ["5", 5_000],
  ["5s", 5_000],
  ["500ms", 500],
  ["1.5s", 1_500],
  ["2m", 120_000],
  ["1h", 3_600_000],
])("%s is %i ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(["", "s", "-1s", "0", "5 s", "5d", "1e3", "99999h"])("refuses %j", (text) => {
  expect(() => parseDuration(text)).toThrow(`'${text}' is not a duration`);
});
