/* oxlint-disable unicorn/no-thenable -- the IR names it so; nobody awaits a program */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { int32, int64, string, uint8 } from "../value/type.ts";
import { validateProgram } from "./validate-program.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const one: Json = { kind: "integer", value: 1, type: { ...int64 } };
const text: Json = { kind: "string", value: "x", type: { ...string } };
const x: Json = { kind: "variable", scope: "global", name: "x", keys: [], type: { ...int64 } };

/** A program with every kind of node. */
const valid = {
  version: 1,
  style: "dtrace",
  options: {
    quiet: true,
    stringSize: 64,
    maxKeys: 10,
    sort: { by: "key", position: 1, reverse: true },
    stackFrames: 5,
  },
  variables: [
    { scope: "global", name: "x", type: { ...int64 }, keys: [] },
    { scope: "thread", name: "x", type: { ...string }, keys: [{ ...int32 }, { ...string }] },
    { scope: "clause", name: "t", type: { ...uint8 }, keys: [], span: { start: 0, end: 1 } },
  ],
  aggregations: [
    { name: "_", function: { name: "count" }, keys: [], value: { ...int64 } },
    {
      name: "q",
      function: { name: "lquantize", low: 0, high: 10, step: 2 },
      keys: [{ ...string }],
      value: { ...int64 },
    },
    {
      name: "l",
      function: { name: "llquantize", factor: 10, low: 0, high: 6, steps: 20 },
      keys: [],
      value: { ...int64 },
    },
  ],
  clauses: [
    {
      points: [
        { kind: "begin", sequence: 1 },
        { kind: "never", optional: true },
        { kind: "timer", mode: "interval", period: 1_000_000, name: "tick-1ms" },
        {
          kind: "usdt",
          provider: "shop*",
          module: "",
          function: "",
          name: "checkout",
          pid: 1,
          path: "/x",
          condition: x,
        },
        { kind: "function", space: "user", at: "entry", module: "", function: "main", offset: 4 },
        { kind: "syscall", at: "return", name: "open*" },
        { kind: "tracepoint", category: "sched", name: "*" },
      ],
      predicate: { kind: "binary", operator: "==", left: text, right: text, type: { ...int32 } },
      body: [
        {
          kind: "expression",
          expression: { kind: "assign", target: x, operator: "+", value: one, type: { ...int64 } },
        },
        {
          kind: "expression",
          expression: { kind: "increment", target: x, by: -1, prefix: true, type: { ...int64 } },
        },
        {
          kind: "if",
          condition: { kind: "unary", operator: "!", operand: x, type: { ...int32 } },
          then: [{ kind: "aggregate", aggregation: "q", keys: [text], value: one, weight: x }],
          otherwise: [{ kind: "aggregate", aggregation: "_", keys: [] }],
        },
        {
          kind: "printf",
          format: ["a", { kind: "x", flags: "-#", width: "*", precision: 3, bits: 32 }, { kind: "s" }],
          arguments: [
            one,
            {
              kind: "cast",
              operand: { kind: "float", value: 0.5, type: { kind: "float", bits: 64 } },
              type: { ...int32 },
            },
            {
              kind: "call",
              function: "copyinstr",
              arguments: [{ kind: "argument", index: 11, type: { ...int64 } }],
              type: { ...string },
            },
          ],
        },
        { kind: "printa", aggregations: ["q", "_"], format: [{ kind: "d", aggregate: true }] },
        {
          kind: "trace",
          value: { kind: "conditional", condition: text, then: one, otherwise: x, type: { ...int64 } },
        },
        { kind: "trace", value: { kind: "builtin", name: "execname", type: { ...string } } },
        {
          kind: "trace",
          value: {
            kind: "sequence",
            expressions: [
              text,
              {
                kind: "binary",
                operator: "<<",
                left: one,
                right: { ...one, type: { ...uint8 } },
                type: { ...int64 },
              },
            ],
            type: { ...int64 },
          },
        },
        { kind: "stack", space: "user", depth: 20 },
        { kind: "default" },
        { kind: "exit", status: one },
        { kind: "clear", aggregation: "q" },
        { kind: "trunc", aggregation: "q", count: one },
        { kind: "normalize", aggregation: "q", factor: one },
        { kind: "denormalize", aggregation: "q" },
      ],
      span: { start: 0, end: 10 },
    },
  ],
} as const satisfies Json;

/** `valid` with what is at `path` set to `value`; without one, removed. */
function changed(path: string, value?: Json): unknown {
  const copy = JSON.parse(JSON.stringify(valid)) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let at: Record<string, unknown> = copy;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function refusal(json: unknown): string | undefined {
  const { program, diagnostics } = validateProgram(json);
  expect(program).toBeUndefined();
  return diagnostics[0]?.message;
}

test("a program of every kind of node is copied as it is", () => {
  const result = validateProgram(valid);
  expect(result).toEqual({ program: valid, diagnostics: [] });
  expect(result.program?.clauses[0]?.body[0]).not.toBe(valid.clauses[0].body[0]);
});

describe("refused, with the place", () => {
  test.each<[string, Json | undefined, string]>([
    ["version", 2, "the program has version 2; this reads version 1"],
    ["version", undefined, "the program has no version; this reads version 1"],
    ["style", "perl", "program.style: is none of dtrace, stap, bpftrace"],
    ["extra", 1, 'program: has an unknown property "extra"'],
    ["options.stringSize", 0, "program.options.stringSize: is not within 1 to 65536"],
    ["options.maxKeys", 1e9, "program.options.maxKeys: is not within 1 to 16777216"],
    ["options.quiet", "yes", "program.options.quiet: is neither true nor false"],
    ["variables.0.name", "x;alert(1)", "program.variables[0].name: is not a name"],
    ["variables.0.name", "x\n", "program.variables[0].name: is not a name"],
    [
      "variables.0.type",
      { kind: "integer", bits: 24, signed: true },
      "program.variables[0].type.bits: is none of 8, 16, 32, 64",
    ],
    [
      "variables.0.type",
      { kind: "stack", space: "user", depth: 1 },
      "program.variables[0].type: is no type of a value: integer, float or string",
    ],
    [
      "variables.2.keys",
      [{ ...int64 }],
      "program.variables[2]: is an array local to a clause, which there is not",
    ],
    ["variables.1", { ...valid.variables[0] }, "program.variables: declares a name twice"],
    [
      "aggregations.0.function",
      { name: "median" },
      "program.aggregations[0].function: is no aggregating function",
    ],
    [
      "aggregations.1.function.step",
      0,
      "program.aggregations[1].function.step: is not within 1 to 4294967296",
    ],
    [
      "aggregations.1.function.high",
      100_000_000,
      "program.aggregations[1].function: has more than 65535 buckets",
    ],
    [
      "aggregations.1.function.high",
      0,
      "program.aggregations[1].function: has its high end at or below its low one",
    ],
    ["aggregations.2.function.high", 40, "program.aggregations[2].function: has magnitudes beyond 64 bits"],
    ["clauses", {}, "program.clauses: is not an array"],
    [
      "clauses.0.points.0.kind",
      "procfs",
      "program.clauses[0].points[0]: is no probe point that this version knows",
    ],
    [
      "clauses.0.points.2.period",
      0,
      "program.clauses[0].points[2].period: is not within 1 to 9007199254740991",
    ],
    ["clauses.0.points.3.provider", 5, "program.clauses[0].points[3].provider: is not a string"],
    ["clauses.0.predicate.right", one, "program.clauses[0].predicate.right: is int64, not string"],
    [
      "clauses.0.body.0.expression.target",
      one,
      "program.clauses[0].body[0].expression.target: is no variable",
    ],
    [
      "clauses.0.body.0.expression.target.name",
      "y",
      "program.clauses[0].body[0].expression.target: is not declared: y",
    ],
    [
      "clauses.0.body.0.expression.operator",
      ",",
      "program.clauses[0].body[0].expression.operator: is none of +, -, *, /, %, &, |, ^, <<, >>",
    ],
    [
      "clauses.0.body.0.expression.value",
      text,
      "program.clauses[0].body[0].expression.value: is string, not of kind integer",
    ],
    ["clauses.0.body.1.expression.by", 2, "program.clauses[0].body[1].expression.by: is none of 1, -1"],
    [
      "clauses.0.body.2.then.0.keys",
      [],
      "program.clauses[0].body[2].then[0].keys: has 0 keys where 1 are declared",
    ],
    [
      "clauses.0.body.2.then.0.keys.0",
      one,
      "program.clauses[0].body[2].then[0].keys: has a key 0 that is no string",
    ],
    [
      "clauses.0.body.2.then.0.value",
      undefined,
      "program.clauses[0].body[2].then[0]: gives lquantize no value",
    ],
    ["clauses.0.body.2.otherwise.0.value", one, "program.clauses[0].body[2].otherwise[0]: counts a value"],
    ["clauses.0.body.3.arguments", [], "program.clauses[0].body[3]: has 0 arguments for a format of 3"],
    [
      "clauses.0.body.3.format.1.flags",
      "$",
      "program.clauses[0].body[3].format[1].flags: has a flag that is none",
    ],
    [
      "clauses.0.body.3.arguments.2.function",
      "system",
      "program.clauses[0].body[3].arguments[2].function: is none of copyinstr",
    ],
    [
      "clauses.0.body.3.arguments.2.arguments",
      [],
      "program.clauses[0].body[3].arguments[2]: gives copyinstr 0 arguments of 1",
    ],
    [
      "clauses.0.body.3.arguments.2.arguments.0.index",
      12,
      "program.clauses[0].body[3].arguments[2].arguments[0].index: is not within 0 to 11",
    ],
    [
      "clauses.0.body.4.aggregations",
      ["z"],
      "program.clauses[0].body[4].aggregations[0]: is not declared: @z",
    ],
    ["clauses.0.body.5.value.then", text, "program.clauses[0].body[5].value.then: is string, not int64"],
    ["clauses.0.body.6.value.name", "constructor", "program.clauses[0].body[6].value.name: is none of pid"],
    ["clauses.0.body.6.value.type", { ...int64 }, "program.clauses[0].body[6].value: is int64, not string"],
    ["clauses.0.body.7.value.expressions", [], "program.clauses[0].body[7].value: has no expressions"],
    ["clauses.0.body.8.depth", 5000, "program.clauses[0].body[8].depth: is not within 1 to 1024"],
    [
      "clauses.0.body.9.kind",
      "system",
      "program.clauses[0].body[9]: is no statement that this version knows",
    ],
    ["clauses.0.body.10.status", text, "program.clauses[0].body[10].status: is string, not of kind integer"],
    ["clauses.0.span.start", -1, "program.clauses[0].span.start: is not within 0"],
  ])("%s = %j", (path, value, message) => {
    expect(refusal(changed(path, value))).toContain(message);
  });

  test.each([undefined, null, 1, "program", [], () => {}])("%s is no program", (json) => {
    expect(validateProgram(json).diagnostics[0]?.code).toMatch(/^PROGRAM_/);
  });

  test.each([
    [128, "int8"],
    [-129, "int8"],
    ["9223372036854775808", "int64"],
    [-1, "uint64"],
    [0.5, "int64"],
    [2 ** 53, "int64"],
    ["0x10", "int64"],
    ["", "int64"],
  ])("the constant %j of type %s", (value, name) => {
    const type = { kind: "integer", bits: Number(name.replace(/\D/g, "")), signed: !name.startsWith("u") };
    expect(refusal(changed("clauses.0.body.10.status", { kind: "integer", value, type }))).toMatch(
      /status\.value: is (no integer|beyond the range of)/,
    );
  });
});

test("constants of 64 bits are kept in decimal", () => {
  const least = { kind: "integer", value: "-9223372036854775808", type: { ...int64 } };
  expect(validateProgram(changed("clauses.0.body.10.status", least)).program?.clauses[0]?.body[10]).toEqual({
    kind: "exit",
    status: least,
  });
});

test("a property named __proto__ is one too many, and changes nothing", () => {
  const json: unknown = JSON.parse(
    JSON.stringify(valid).replace('"quiet":true', '"__proto__":{"quiet":true}'),
  );
  expect(refusal(json)).toBe('program.options: has an unknown property "__proto__"');
  expect("quiet" in {}).toBe(false);
});

test("inherited properties are none", () => {
  const inheriting: unknown = Object.assign(Object.create({ style: "dtrace" }), {
    ...valid,
    style: undefined,
  });
  expect(refusal(inheriting)).toMatch(/^program\.style/);
});

test("nesting and size are bounded", () => {
  let deep: Json = one;
  for (let depth = 0; depth < 300; depth++)
    deep = { kind: "unary", operator: "-", operand: deep, type: { ...int64 } };
  const tooDeep = validateProgram(changed("clauses.0.body.10.status", deep));
  expect(tooDeep.diagnostics[0]).toMatchObject({ code: "PROGRAM_TOO_LARGE" });
  const sequence = {
    kind: "sequence",
    expressions: Array.from({ length: 100_000 }, () => one),
    type: { ...int64 },
  };
  const tooMany = validateProgram(changed("clauses.0.body.10.status", sequence));
  expect(tooMany.diagnostics[0]).toMatchObject({ code: "PROGRAM_TOO_LARGE" });
  const long = { kind: "string", value: "x".repeat(70_000), type: { ...string } };
  expect(validateProgram(changed("clauses.0.predicate.left", long)).diagnostics[0]?.code).toBe(
    "PROGRAM_TOO_LARGE",
  );
});

/** All paths to values in `json`. */
function pathsOf(json: Json, path: readonly string[] = []): string[][] {
  if (typeof json !== "object" || json === null) return [[...path]];
  return [[...path], ...Object.entries(json).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

test("no change of a program makes the check throw, and what it accepts it accepts again", () => {
  const paths = pathsOf(valid).filter((path) => path.length > 0);
  const pieces: fc.Arbitrary<Json> = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      2 ** 53,
      1.5,
      "",
      "x",
      "count",
      "integer",
      "__proto__",
      [],
      {},
      one,
      text,
      x,
    ),
    fc
      .constantFrom(...paths)
      .map((path) => path.reduce<Json>((at, key) => (at as Record<string, Json>)[key] ?? null, valid)),
    fc.jsonValue() as fc.Arbitrary<Json>,
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(pieces, { nil: undefined })), {
        minLength: 1,
        maxLength: 4,
      }),
      (changes) => {
        const copy = JSON.parse(JSON.stringify(valid)) as Record<string, unknown>;
        for (const [path, value] of changes) {
          const parent = path
            .slice(0, -1)
            .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], copy);
          const last = path.at(-1) ?? "";
          if (typeof parent !== "object" || parent === null) continue;
          if (value === undefined) delete (parent as Record<string, unknown>)[last];
          else (parent as Record<string, unknown>)[last] = structuredClone(value);
        }
        const { program, diagnostics } = validateProgram(copy);
        expect(program === undefined).toBe(diagnostics.length > 0);
        expect(program === undefined || validateProgram(program).diagnostics.length === 0).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});
