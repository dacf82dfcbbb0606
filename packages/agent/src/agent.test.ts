import { int64, type Expression, type Program, type Statement } from "@trace/core";
import * as engine from "@trace/engine";
import { beforeAll, expect, test } from "vitest";
import { Agent } from "./agent.ts";
import { useEngine } from "./load-engine.ts";
import { protocolVersion, type AttachMessage, type ProcessMessage } from "./protocol.ts";

beforeAll(() => useEngine(engine));

const argument = (index: number): Expression => ({ kind: "argument", index, type: int64 });

function program(...body: Statement[]): Program {
  return {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: [{ name: "n", function: { name: "count" }, keys: [], value: int64 }],
    clauses: [
      { points: [{ kind: "usdt", provider: "shop", module: "", function: "", name: "checkout" }], body },
    ],
  };
}

const count: Statement = { kind: "aggregate", aggregation: "n", keys: [] };

function attach(agent: Agent, of: Program, more: Partial<AttachMessage> = {}): ProcessMessage[] {
  const messages: ProcessMessage[] = [];
  const tracer = agent.attachLocal((message) => messages.push(message));
  tracers.set(messages, tracer);
  tracer.send({
    type: "attach",
    protocol: protocolVersion,
    program: of,
    lead: agent.environment,
    target: 0,
    tracer: 1,
    probes: [],
    ...more,
  });
  return messages;
}

const tracers = new WeakMap<ProcessMessage[], ReturnType<Agent["attachLocal"]>>();

function stop(agent: Agent, messages: ProcessMessage[]): void {
  tracers.get(messages)?.send({ type: "stop", to: [agent.environment] });
  tracers.get(messages)?.close();
}

function total(messages: readonly ProcessMessage[]): unknown {
  const last = messages.findLast((message) => message.type === "aggregations");
  return last?.aggregations[0]?.rows[0]?.state;
}

function publishShop(agent: Agent) {
  return agent.publish({
    name: "shop",
    module: "shop",
    probes: [
      { name: "checkout", arguments: [{ name: "cents", type: "int64" }] },
      { name: "wide", arguments: Array.from({ length: 12 }, () => ({ type: "int64" as const })) },
    ],
  });
}

test("a probe is enabled while a session watches it, and then only", () => {
  const agent = new Agent();
  const [checkout, wide] = publishShop(agent).probes;
  expect(checkout?.enabled).toBe(false);
  const messages = attach(agent, program(count));
  expect([checkout?.enabled, wide?.enabled]).toEqual([true, false]);
  checkout?.fire(1);
  checkout?.fire(2);
  stop(agent, messages);
  expect(checkout?.enabled).toBe(false);
  checkout?.fire(3);
  expect(total(messages)).toEqual({ kind: "count", n: 2 });
  expect(messages.at(-1)).toEqual({ type: "ended", reason: "stopped" });
});

test("lazy arguments are computed only when somebody watches, and their exception is the caller's", () => {
  const agent = new Agent();
  const [checkout] = publishShop(agent).probes;
  let computed = 0;
  const compute = (): readonly [number] => [++computed];
  checkout?.fireLazy(compute);
  expect(computed).toBe(0);
  const messages = attach(agent, program(count));
  checkout?.fireLazy(compute);
  expect(computed).toBe(1);
  expect(() =>
    checkout?.fireLazy(() => {
      throw new Error("mine");
    }),
  ).toThrow("mine");
  stop(agent, messages);
  expect(total(messages)).toEqual({ kind: "count", n: 1 });
});

test("several sessions see the same firings, and each ends for itself", () => {
  const agent = new Agent();
  const [checkout] = publishShop(agent).probes;
  const first = attach(agent, program(count));
  checkout?.fire(1);
  const second = attach(agent, program(count));
  checkout?.fire(2);
  stop(agent, first);
  checkout?.fire(3);
  stop(agent, second);
  expect(total(first)).toEqual({ kind: "count", n: 2 });
  expect(total(second)).toEqual({ kind: "count", n: 2 });
});

test("a provider that comes later is bound, one that is withdrawn fires no more", () => {
  const agent = new Agent();
  const messages = attach(agent, program(count));
  const provider = publishShop(agent);
  provider.probes[0]?.fire(1);
  provider.withdraw();
  provider.probes[0]?.fire(2);
  expect(provider.probes[0]?.enabled).toBe(false);
  stop(agent, messages);
  expect(total(messages)).toEqual({ kind: "count", n: 1 });
  expect(messages.filter((message) => message.type === "probe")).toEqual([
    {
      type: "probe",
      id: 4,
      provider: "shop",
      module: "shop",
      name: "checkout",
      arguments: [{ name: "cents", type: "int64" }],
    },
  ]);
});

test("in an environment that does not lead, begin and end clauses are not heard, and reports are increments", () => {
  const agent = new Agent();
  const [checkout] = publishShop(agent).probes;
  const base = program(count);
  const silent: Program = {
    ...base,
    clauses: [
      ...base.clauses,
      { points: [{ kind: "begin" }], body: [count, { kind: "default" }] },
      { points: [{ kind: "end" }], body: [count, { kind: "default" }] },
    ],
  };
  const messages = attach(agent, silent, { lead: 0 });
  checkout?.fire(1);
  stop(agent, messages);
  expect(messages.map((message) => message.type)).toEqual(["probe", "attached", "aggregations", "ended"]);
  expect(total(messages)).toEqual({ kind: "count", n: 1 });
});

test.each([
  [
    "a program of the future",
    { program: { ...program(count), version: 2 } as unknown as Program },
    "PROGRAM_VERSION",
  ],
  ["what is no program", { program: { version: 1 } as unknown as Program }, "PROGRAM_INVALID"],
  ["a protocol of the future", { protocol: 2 }, "PROTOCOL_VERSION"],
  ["a message without its fields", { probes: undefined } as unknown as AttachMessage, "AGENT_FAILED"],
])("%s is refused, and the application does not notice", (_, more, code) => {
  const agent = new Agent();
  const [checkout] = publishShop(agent).probes;
  const messages = attach(agent, program(count), more);
  expect(messages).toEqual([
    { type: "refused", diagnostics: [expect.objectContaining({ code, severity: "error" })] },
  ]);
  expect(checkout?.enabled).toBe(false);
});

test("run-time errors are told, but not without bound", () => {
  const agent = new Agent();
  const [checkout] = publishShop(agent).probes;
  const divide: Expression = {
    kind: "binary",
    operator: "/",
    left: { kind: "integer", value: 1, type: int64 },
    right: argument(0),
    type: int64,
  };
  const messages = attach(agent, program({ kind: "expression", expression: divide }));
  for (let i = 0; i < 1000; i++) checkout?.fire(0);
  stop(agent, messages);
  const told = messages.flatMap((message) => (message.type === "diagnostic" ? [message.diagnostic] : []));
  expect(told).toHaveLength(11);
  expect(told[0]?.code).toBe("RUNTIME_DIVIDE_BY_ZERO");
  expect(told.at(-1)).toMatchObject({
    code: "RUNTIME_ERRORS",
    message: "990 more run-time errors within a second",
  });
});

test("aggregations with more rows than one message holds come in parts", () => {
  const agent = new Agent();
  const [checkout] = publishShop(agent).probes;
  const base = program({ kind: "aggregate", aggregation: "n", keys: [argument(0)] });
  const messages = attach(agent, {
    ...base,
    aggregations: [{ name: "n", function: { name: "count" }, keys: [int64], value: int64 }],
  });
  for (let i = 0; i < 12_000; i++) checkout?.fire(i);
  stop(agent, messages);
  const parts = messages.flatMap((message) => (message.type === "aggregations" ? [message] : []));
  expect(parts.map((part) => part.more)).toEqual([true, true, false]);
  const keys = parts.flatMap((part) =>
    part.aggregations.flatMap((one) => one.rows.map((row) => row.keys[0])),
  );
  expect(new Set(keys).size).toBe(12_000);
});
