import { expect, test } from "vitest";
import { formatMeasurement } from "./format-measurement.ts";

const loops = {
  title: "disabled fire",
  baseline: { name: "empty loop", run: () => 0 },
  subject: { name: "fire", run: () => 0 },
  iterations: 1,
};
const measured = { baseline: 0.5, subject: 1.25, ratio: 2.5, difference: 0.75 };

test("both loops, the ratio, the difference and a met aim", () => {
  expect(formatMeasurement({ ...loops, aim: { nanoseconds: 1 } }, measured)).toBe(
    [
      "disabled fire",
      "  empty loop            0.50 ns/op",
      "  fire                  1.25 ns/op  x2.50  +0.75 ns",
      "  aim: at most +1 ns: met",
    ].join("\n"),
  );
});

test("a missed aim, and a subject that is faster than its baseline", () => {
  expect(formatMeasurement({ ...loops, aim: { ratio: 1.5 } }, measured)).toMatch(
    /aim: at most x1.5: missed$/,
  );
  expect(formatMeasurement(loops, { ...measured, difference: -0.25 })).toMatch(/-0.25 ns$/);
});
