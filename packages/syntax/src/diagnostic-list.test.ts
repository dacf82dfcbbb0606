import { describe, expect, test } from "vitest";
import { DiagnosticList, reject, rejectAgain } from "./diagnostic-list.ts";

const span = { start: 1, end: 2 };

describe("DiagnosticList", () => {
  test("warnings do not fail, errors do", () => {
    const list = new DiagnosticList();
    list.warning("W", "odd", span);
    expect(list.failed).toBe(false);
    list.error("E", "wrong", span, "mend it");
    expect(list.failed).toBe(true);
    expect(list.items).toEqual([
      { code: "W", severity: "warning", message: "odd", span },
      { code: "E", severity: "error", message: "wrong", span, hint: "mend it" },
    ]);
  });

  test("the same finding at the same place is kept once", () => {
    const list = new DiagnosticList();
    list.error("E", "wrong", span);
    list.error("E", "wrong", span);
    list.error("E", "wrong", { start: 5, end: 6 });
    expect(list.items).toHaveLength(2);
  });

  test("there is an end to the findings that are kept", () => {
    const list = new DiagnosticList();
    for (let at = 0; at < 1000; at++) list.error("E", "wrong", { start: at, end: at });
    expect(list.items).toHaveLength(50);
  });

  test("attempt keeps why its work gave up", () => {
    const list = new DiagnosticList();
    expect(list.attempt(() => 1)).toBe(1);
    expect(list.attempt(() => reject("E", "wrong", span))).toBeUndefined();
    expect(list.attempt(() => rejectAgain())).toBeUndefined();
    expect(list.items.map((item) => item.code)).toEqual(["E"]);
  });

  test("attempt passes on what it does not know", () => {
    expect(() =>
      new DiagnosticList().attempt(() => {
        throw new RangeError("a bug");
      }),
    ).toThrow("a bug");
  });
});
