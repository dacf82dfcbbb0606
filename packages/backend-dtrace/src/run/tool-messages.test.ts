import { describe, expect, test } from "vitest";
import { messageEvents } from "./tool-messages.ts";

const script = {
  clauses: [{}, { clause: 0, span: { start: 5, end: 9 } }],
  spans: [undefined, { start: 1, end: 2 }],
};

describe("what DTrace says", () => {
  test("a fault is of the clause it names", () => {
    const line = "dtrace: error in dt_clause_1 for probe ID 1 (dtrace:::BEGIN): divide-by-zero at BPF pc 178";
    expect(messageEvents(line, script)).toEqual([
      {
        type: "diagnostic",
        diagnostic: {
          code: "RUNTIME_DIVIDE_BY_ZERO",
          severity: "warning",
          message: "divide by zero",
          span: { start: 5, end: 9 },
        },
      },
    ]);
  });

  test("an address that cannot be read", () => {
    const line =
      "dtrace: error in dt_clause_0 for probe ID 9 (a1:b:c d:e): invalid address (0x10) at BPF pc 44";
    expect(messageEvents(line, script)).toMatchObject([
      { diagnostic: { code: "RUNTIME_INVALID_ADDRESS", message: "invalid address (0x10)" } },
    ]);
  });

  test("an error of the script is of the line it names", () => {
    const line =
      "dtrace: failed to compile script /dev/stdin: line 2: failed to resolve x: Unknown variable name";
    expect(messageEvents(line, script)).toMatchObject([
      { diagnostic: { code: "DTRACE_ERROR", severity: "error", span: { start: 1, end: 2 } } },
    ]);
  });

  test.each([
    ["dtrace: 132 drops on CPU 1", "records", 132],
    ["dtrace: 382 aggregation drops", "aggregations", 382],
    ["dtrace: 1 aggregation drop on CPU 0", "aggregations", 1],
    ["dtrace: 172 dynamic variable drops", "variables", 172],
  ])("%s", (line, what, count) => {
    expect(messageEvents(line, script)).toMatchObject([{ type: "lost", what, count }]);
  });

  test("how many probes matched is no news", () => {
    expect(messageEvents("dtrace: script '/dev/stdin' matched 6 probes", script)).toEqual([]);
  });

  test("the rest is an error, with a hint where there is one", () => {
    expect(messageEvents("dtrace: failed to grab process 12", script)).toMatchObject([
      { diagnostic: { severity: "error", hint: "the process has ended, or another tracer holds it" } },
    ]);
  });
});
