import { readFileSync } from "node:fs";
import {
  addValue,
  decodeText,
  emptyState,
  int64,
  string,
  type AggregatingFunction,
  type AggregationDeclaration,
  type AggregationSnapshot,
  type Int,
  type ProbeDescription,
  type Program,
  type RecordItem,
  type TraceEvent,
  type Type,
  type Value,
} from "@trace/core";
import { gatherFacts } from "@trace/recording";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { jsonReporter, type JsonReporterOptions } from "./json-reporter.ts";

const validate = new Ajv2020({ allErrors: true, strict: false }).compile(
  JSON.parse(readFileSync(new URL("../schema.json", import.meta.url), "utf8")) as object,
);

/** What the schema has against a line. */
function problems(line: unknown): unknown {
  return validate(line) ? [] : { line, errors: validate.errors };
}

const probe: ProbeDescription = {
  family: "usdt",
  provider: "shop",
  module: "node",
  function: "",
  name: "request__done",
  arguments: [{ name: "url", type: "string" }, { type: "int64" }],
  pid: 4242,
  path: "/tmp/shop.so",
};

function declare(
  name: string,
  fn: AggregatingFunction["name"] | AggregatingFunction,
  keys: readonly Type[] = [],
): AggregationDeclaration {
  const description = typeof fn === "string" ? ({ name: fn } as AggregatingFunction) : fn;
  return { name, function: description, keys, value: int64 };
}

function fill(
  declaration: AggregationDeclaration,
  ...elements: (readonly [keys: readonly Value[], ...values: Int[]])[]
): AggregationSnapshot {
  const rows = elements.map(([keys, ...values]) => {
    const state = emptyState(declaration.function);
    for (const value of values) addValue(declaration.function, state, value);
    return { keys, state };
  });
  return { name: declaration.name, rows };
}

/** The lines that the reporter writes for `events`, each checked against the schema. */
async function linesOf(
  events: readonly TraceEvent[],
  aggregations: readonly AggregationDeclaration[] = [],
  options: JsonReporterOptions = {},
): Promise<unknown[]> {
  const program: Program = {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations,
    clauses: [],
  };
  let text = "";
  async function* stream(): AsyncGenerator<TraceEvent> {
    yield* events;
  }
  const out = {
    write(piece: string): Promise<void> {
      text += piece;
      return Promise.resolve();
    },
  };
  await jsonReporter(options).write(stream(), { program, out });
  expect(text.isWellFormed()).toBe(true);
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const value: unknown = JSON.parse(line);
      expect(problems(value)).toEqual([]);
      return value;
    });
}

async function itemOf(item: RecordItem, aggregations?: readonly AggregationDeclaration[]): Promise<unknown> {
  const [, , line] = await linesOf(
    [{ type: "record", clause: 0, probe, probeId: 1, items: [item] }],
    aggregations,
  );
  return (line as { items: unknown[] }).items[0];
}

describe("lines", () => {
  it("begin with the version", async () => {
    const program = {
      version: 1,
      style: "dtrace",
      options: {},
      variables: [],
      aggregations: [],
      clauses: [],
    };
    expect(await linesOf([])).toEqual([{ type: "trace", version: 1, style: "dtrace", program }]);
  });

  it("tell what was attached and what was not", async () => {
    const [, ready] = await linesOf([
      {
        type: "ready",
        backend: "embedded",
        attached: [probe],
        unmatched: [
          {
            kind: "usdt",
            provider: "shop*",
            module: "",
            function: "",
            name: "nothing",
            span: { start: 0, end: 5 },
          },
        ],
      },
    ]);
    expect(ready).toEqual({
      type: "ready",
      backend: "embedded",
      attached: [
        {
          provider: "shop",
          module: "node",
          function: "",
          name: "request__done",
          pid: 4242,
          family: "usdt",
          path: "/tmp/shop.so",
          arguments: [{ name: "url", type: "string" }, { type: "int64" }],
        },
      ],
      unmatched: [{ kind: "usdt", provider: "shop*", module: "", function: "", name: "nothing" }],
    });
  });

  it("carry what a backend tells of a firing, and nothing in place of what it does not", async () => {
    const [, probeLine, full, , bare] = await linesOf([
      {
        type: "record",
        clause: 2,
        probe,
        probeId: 7,
        time: 123456789,
        cpu: 1,
        pid: 4242,
        tid: 4243,
        items: [],
      },
      { type: "record", clause: 0, probe: { ...probe, family: "begin" }, probeId: 1, items: [] },
    ]);
    const name = { provider: "shop", module: "node", function: "", name: "request__done", pid: 4242 };
    expect(probeLine).toEqual({
      type: "probe",
      id: 7,
      ...name,
      family: "usdt",
      path: "/tmp/shop.so",
      arguments: [{ name: "url", type: "string" }, { type: "int64" }],
    });
    expect(full).toEqual({
      type: "record",
      clause: 2,
      probe: name,
      probeId: 7,
      time: 123456789,
      cpu: 1,
      pid: 4242,
      tid: 4243,
      items: [],
    });
    expect(bare).toEqual({ type: "record", clause: 0, probe: name, probeId: 1, items: [] });
  });

  it("pass on text, losses, findings and the end", async () => {
    const events: TraceEvent[] = [
      { type: "text", text: "a tool's own words\n" },
      { type: "lost", what: "records", count: 132, reason: "the buffer was full; raise bufsize" },
      { type: "end", reason: "exit", status: 3 },
    ];
    expect((await linesOf(events)).slice(1)).toEqual(events);
    expect(
      await linesOf([
        {
          type: "diagnostic",
          diagnostic: {
            code: "RUNTIME_DIVIDE_BY_ZERO",
            severity: "error",
            message: "division by zero",
            span: { start: 3, end: 8 },
            hint: "guard it by a predicate",
          },
        },
      ]),
    ).toContainEqual({
      type: "diagnostic",
      code: "RUNTIME_DIVIDE_BY_ZERO",
      severity: "error",
      message: "division by zero",
      span: { start: 3, end: 8 },
      hint: "guard it by a predicate",
    });
  });
});

describe("facts", () => {
  it("are told where they are known, and are none of the events", async () => {
    const script = { name: "x.d", text: "BEGIN { }", language: "d", arguments: [] };
    const pid = process.pid;
    const lines = await linesOf(
      [
        { type: "ready", backend: "embedded", attached: [{ ...probe, pid }], unmatched: [] },
        { type: "record", clause: 0, probe, probeId: 1, pid, tid: pid, items: [] },
        { type: "end", reason: "stopped", status: 0 },
      ],
      [],
      { facts: gatherFacts(script) },
    );
    expect(lines[0]).toMatchObject({ script, host: { architecture: process.arch } });
    expect(lines.map((line) => (line as { type: string }).type)).toEqual([
      "trace",
      "process",
      "ready",
      "thread",
      "probe",
      "record",
      "end",
    ]);
    expect(lines[1]).toMatchObject({ pid, ppid: process.ppid });
  });
});

describe("items", () => {
  it("of printf are text and values", async () => {
    expect(
      await itemOf({
        statement: {
          kind: "printf",
          format: [{ kind: "s", width: 6 }, " ", { kind: "x" }, "\n"],
          arguments: [],
        },
        values: ["cart", 255],
      }),
    ).toEqual({ kind: "printf", text: "  cart ff\n", values: ["cart", 255] });
  });

  it("of the other statements are their value", async () => {
    const value = { kind: "integer", value: 0, type: int64 } as const;
    expect(await itemOf({ statement: { kind: "trace", value }, values: ["x"] })).toEqual({
      kind: "trace",
      value: "x",
    });
    expect(await itemOf({ statement: { kind: "exit", status: value }, values: [3] })).toEqual({
      kind: "exit",
      value: 3,
    });
    expect(await itemOf({ statement: { kind: "default" }, values: [] })).toEqual({ kind: "default" });
    const frames = [{ address: 2 ** 60, module: "node", symbol: "main", offset: 4 }];
    const stack: Value = { frames: frames.map((frame) => ({ ...frame, address: 2n ** 60n })) };
    expect(await itemOf({ statement: { kind: "stack", space: "user", depth: 5 }, values: [stack] })).toEqual({
      kind: "stack",
      space: "user",
      value: { frames: [{ address: "1152921504606846976", module: "node", symbol: "main", offset: 4 }] },
    });
  });

  it("of printa are aggregations", async () => {
    const declaration = declare("bytes", "sum", [string]);
    const item = await itemOf(
      {
        statement: { kind: "printa", aggregations: ["bytes"] },
        values: [],
        aggregations: [{ ...fill(declaration, [["b"], 5], [["a"], 7]), normalization: 2 }],
      },
      [declaration],
    );
    expect(item).toEqual({
      kind: "printa",
      aggregations: [
        {
          name: "bytes",
          function: "sum",
          keyTypes: ["string"],
          normalization: 2,
          rows: [
            { keys: ["b"], value: 5 },
            { keys: ["a"], value: 7 },
          ],
        },
      ],
    });
  });
});

describe("values", () => {
  const values = async (...list: Value[]): Promise<unknown> => {
    const item = await itemOf({ statement: { kind: "printf", format: [], arguments: [] }, values: list });
    return (item as { values: unknown }).values;
  };

  it("are exact integers at any size", async () => {
    expect(await values(9007199254740991, 9007199254740992n, -(2n ** 63n), 2n ** 64n - 1n)).toEqual([
      9007199254740991,
      { int: "9007199254740992" },
      { int: "-9223372036854775808" },
      { int: "18446744073709551615" },
    ]);
  });

  it("tell floats from integers", async () => {
    expect(
      await values({ float: 2 }, { float: 0.1 }, { float: NaN }, { float: -Infinity }, { float: -0 }),
    ).toEqual([{ float: 2 }, { float: 0.1 }, { float: "NaN" }, { float: "-Infinity" }, { float: "-0" }]);
  });

  it("keep the bytes of strings that are not UTF-8", async () => {
    expect(await values("h\u00e9", decodeText(Uint8Array.of(0x61, 0xff, 0x80)))).toEqual([
      "h\u00e9",
      "a\udcff\udc80",
    ]);
  });
});

describe("aggregations", () => {
  const rowsOf = async (
    declaration: AggregationDeclaration,
    snapshot: AggregationSnapshot,
  ): Promise<unknown> => {
    const [, line] = await linesOf(
      [{ type: "aggregation", aggregations: [snapshot], final: true }],
      [declaration],
    );
    const { aggregations } = line as { aggregations: { rows: unknown }[] };
    return aggregations[0]?.rows;
  };

  it("have a value for each key", async () => {
    const count = declare("n", "count", [string, int64]);
    expect(await rowsOf(count, fill(count, [["b", 1], 1, 1], [["a", 2], 1]))).toEqual([
      { keys: ["a", 2], value: 1 },
      { keys: ["b", 1], value: 2 },
    ]);
    const avg = declare("a", "avg");
    expect(await rowsOf(avg, fill(avg, [[], 10, 5]))).toEqual([{ keys: [], value: 7, count: 2, sum: 15 }]);
    const stddev = declare("s", "stddev");
    expect(await rowsOf(stddev, fill(stddev, [[], 2 ** 40, 0]))).toEqual([
      {
        keys: [],
        value: 2 ** 39,
        count: 2,
        sum: 2 ** 40,
        squares: { int: "1208925819614629174706176" },
      },
    ]);
    const min = declare("m", "min");
    expect(await rowsOf(min, fill(min, [[]]))).toEqual([{ keys: [], value: null }]);
  });

  it("have buckets with the values they hold", async () => {
    const quantize = declare("q", "quantize");
    expect(await rowsOf(quantize, fill(quantize, [[], -3, 0, 5, 6, 2n ** 62n]))).toEqual([
      {
        keys: [],
        buckets: [
          { low: -3, high: -2, count: 1 },
          { low: 0, high: 0, count: 1 },
          { low: 4, high: 7, count: 2 },
          { low: { int: "4611686018427387904" }, high: null, count: 1 },
        ],
      },
    ]);
    const linear = declare("l", { name: "lquantize", low: 0, high: 100, step: 10 });
    expect(await rowsOf(linear, fill(linear, [[], -1, 15, 250]))).toEqual([
      {
        keys: [],
        buckets: [
          { low: null, high: -1, count: 1 },
          { low: 10, high: 19, count: 1 },
          { low: 100, high: null, count: 1 },
        ],
      },
    ]);
  });

  it("say what their function is", async () => {
    const linear = declare("l", { name: "lquantize", low: 0, high: 100, step: 10 }, [string]);
    const lines = await linesOf(
      [{ type: "aggregation", aggregations: [fill(linear)], final: false }],
      [linear],
    );
    expect(lines[1]).toEqual({
      type: "aggregation",
      final: false,
      aggregations: [
        {
          name: "l",
          function: "lquantize",
          parameters: { low: 0, high: 100, step: 10 },
          keyTypes: ["string"],
          normalization: 1,
          rows: [],
        },
      ],
    });
  });
});

describe("the examples of the README", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const examples = [...readme.matchAll(/```jsonl\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    (block ?? "").trim().split("\n"),
  );

  it("are there for every kind of line, and valid", () => {
    const types = examples.map((example) => {
      const value = JSON.parse(example) as { type: string };
      expect(problems(value)).toEqual([]);
      return value.type;
    });
    expect(new Set(types)).toEqual(
      new Set([
        "trace",
        "process",
        "thread",
        "ready",
        "probe",
        "record",
        "aggregation",
        "text",
        "lost",
        "diagnostic",
        "end",
      ]),
    );
  });
});
