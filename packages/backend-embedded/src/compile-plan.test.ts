import { int64, type CompileContext, type ProbeDescription, type Program, type Statement } from "@trace/core";
import { expect, test } from "vitest";
import { embeddedBackend } from "./backend.ts";
import { compilePlan } from "./compile-plan.ts";

const probe: ProbeDescription = {
  family: "usdt",
  provider: "shop",
  module: "shop",
  function: "",
  name: "checkout",
  arguments: [{ name: "cents", type: "int64" }],
  pid: 12,
};
const context: CompileContext = { probes: [probe], target: { kind: "process", pid: 12 } };

function program(...body: Statement[]): Program {
  return {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: [{ name: "n", function: { name: "count" }, keys: [int64], value: int64 }],
    clauses: [
      { points: [{ kind: "usdt", provider: "shop", module: "", function: "", name: "checkout" }], body },
    ],
  };
}

test("the plan shows the JavaScript that runs in the target", () => {
  const keys = [{ kind: "argument", index: 0, type: int64 } as const];
  const plan = compilePlan(program({ kind: "aggregate", aggregation: "n", keys }), context);
  expect(plan.diagnostics).toEqual([]);
  expect(plan.text).toContain("shop");
  expect(plan.text).toContain("checkout");
});

test("what no Node process has is refused, with its place", () => {
  const span = { start: 10, end: 20 };
  const plan = compilePlan(program({ kind: "stack", space: "kernel", depth: 5, span }), context);
  expect(plan.diagnostics).toEqual([
    expect.objectContaining({ code: "CAPABILITY_MISSING", severity: "error", span }),
  ]);
});

test("the backend is always usable", async () => {
  expect(await embeddedBackend().detect()).toMatchObject({ usable: true });
});
