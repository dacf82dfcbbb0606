import { processAgent } from "@trace/agent";
import { int64, string, type Expression, type Program, type TraceEvent } from "@trace/core";
import { expect, test } from "vitest";
import { traceHere } from "./trace-here.ts";

const provider = processAgent().publish({
  name: "shop",
  module: "shop",
  probes: [
    {
      name: "checkout",
      arguments: [
        { name: "country", type: "string" },
        { name: "cents", type: "int64" },
      ],
    },
  ],
});
const [checkout] = provider.probes;

const country: Expression = {
  kind: "call",
  function: "copyinstr",
  arguments: [{ kind: "argument", index: 0, type: int64 }],
  type: string,
};
const cents: Expression = { kind: "argument", index: 1, type: int64 };

const program: Program = {
  version: 1,
  style: "dtrace",
  options: { quiet: true },
  variables: [],
  aggregations: [{ name: "sum", function: { name: "sum" }, keys: [string], value: int64 }],
  clauses: [
    {
      points: [{ kind: "usdt", provider: "shop", module: "", function: "", name: "checkout" }],
      predicate: {
        kind: "binary",
        operator: ">",
        left: cents,
        right: { kind: "integer", value: 0, type: int64 },
        type: int64,
      },
      body: [
        { kind: "aggregate", aggregation: "sum", keys: [country], value: cents },
        { kind: "trace", value: cents },
      ],
    },
  ],
};

test("a process traces itself: every firing is a record, and the run ends when it is told", async () => {
  const run = traceHere(program);
  const events: TraceEvent[] = [];
  for await (const event of run) {
    events.push(event);
    if (event.type !== "ready") continue;
    expect(checkout?.enabled).toBe(true);
    checkout?.fire("de", 5);
    checkout?.fire("fr", 0);
    checkout?.fire("de", 7);
    run.stop();
  }
  expect(events.map((event) => event.type)).toEqual(["ready", "record", "record", "aggregation", "end"]);
  expect(events[0]).toMatchObject({
    type: "ready",
    backend: "embedded",
    attached: [{ provider: "shop", name: "checkout", pid: process.pid }],
    unmatched: [],
  });
  const values = events.flatMap((event) =>
    event.type === "record" ? event.items.map((item) => item.values) : [],
  );
  expect(values).toEqual([[5], [7]]);
  expect(events.at(-2)).toEqual({
    type: "aggregation",
    final: true,
    aggregations: [{ name: "sum", rows: [{ keys: ["de"], state: { kind: "sum", sum: 12 } }] }],
  });
  expect(events.at(-1)).toEqual({ type: "end", reason: "stopped", status: 0 });
  expect(checkout?.enabled).toBe(false);
});

test("two runs do not disturb each other, and breaking off the iteration after stop is enough", async () => {
  const first = traceHere(program);
  const second = traceHere(program);
  const iterator = second[Symbol.asyncIterator]();
  await iterator.next();
  for await (const event of first) {
    if (event.type === "ready") first.stop();
  }
  checkout?.fire("it", 3);
  second.stop();
  const rest: TraceEvent[] = [];
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
    rest.push(next.value);
  expect(rest.map((event) => event.type)).toEqual(["record", "aggregation", "end"]);
});

test("a program that ends in a begin clause is ready before it ends", async () => {
  const status = { kind: "integer", value: 3, type: int64 } as const;
  const run = traceHere({
    ...program,
    aggregations: [],
    clauses: [{ points: [{ kind: "begin" }], body: [{ kind: "exit", status }] }],
  });
  const events: TraceEvent[] = [];
  for await (const event of run) events.push(event);
  expect(events.map((event) => event.type)).toEqual(["ready", "record", "aggregation", "end"]);
  expect(events.at(-1)).toEqual({ type: "end", reason: "exit", status: 3 });
});

test("a program that cannot run ends with the reason", async () => {
  const events: TraceEvent[] = [];
  for await (const event of traceHere({ ...program, version: 2 } as unknown as Program)) events.push(event);
  expect(events).toEqual([
    { type: "diagnostic", diagnostic: expect.objectContaining({ code: "PROGRAM_VERSION" }) as unknown },
    { type: "end", reason: "failed", status: 1 },
  ]);
});

test("abort ends at once", async () => {
  const run = traceHere(program);
  const types: string[] = [];
  for await (const event of run) {
    types.push(event.type);
    if (event.type === "ready") run.abort();
  }
  expect(types).toEqual(["ready", "aggregation", "end"]);
  expect(checkout?.enabled).toBe(false);
});
