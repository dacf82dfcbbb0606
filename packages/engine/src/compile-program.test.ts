import { describe, expect, test, vi } from "vitest";
import {
  int32,
  int64,
  string,
  type Clause,
  type Expression,
  type ProbePoint,
  type Statement,
} from "@trace/core";
import { begin, count, end, program as build, printf, quantize, tick, usdt } from "@trace/core/builder";
import { compileProgram } from "./compile-program.ts";
import { programProbes } from "./program-probes.ts";
import {
  aggregate,
  aggregation,
  argument,
  argumentText,
  assign,
  binary,
  builtin,
  cast,
  clause,
  declare,
  integer,
  point,
  probe,
  program,
  text,
  trace,
  variable,
} from "./test-support/nodes.ts";
import { recordingHost } from "./test-support/recording-host.ts";
import { compile, valuesOf } from "./test-support/run.ts";

const beginPoint: ProbePoint = { kind: "begin" };
const endPoint: ProbePoint = { kind: "end" };
const errorPoint: ProbePoint = { kind: "error" };
const exit = (status: Expression): Statement => ({ kind: "exit", status });
const divideByZero = trace(binary("/", integer(1), variable("zero")));
const zero = [declare("zero")];

describe("which clauses run", () => {
  test("all that match a probe, in program order, as one function", () => {
    const other: ProbePoint = { ...point, name: "refund" };
    const { engine, host } = compile(
      program({
        clauses: [
          clause([point], trace(integer(1))),
          clause([other], trace(integer(2))),
          clause([other, point], trace(integer(3))),
        ],
      }),
    );
    engine.bind(probe(), 10)?.();
    expect(host.records).toEqual([
      { clause: 0, probe: 10, items: [{ statement: 0, values: [1] }] },
      { clause: 2, probe: 10, items: [{ statement: 2, values: [3] }] },
    ]);
  });

  test("none: the probe has no function", () => {
    const { engine } = compile(program({ clauses: [clause([beginPoint], trace(integer(1)))] }));
    expect(engine.bind(probe(), 10)).toBeUndefined();
  });

  test("those whose predicate holds; a string holds when it is not empty", () => {
    const when = (predicate: Expression, value: number): Clause => ({
      ...clause([point], trace(integer(value))),
      predicate,
    });
    const { engine, host } = compile(
      program({
        clauses: [when(argument(0), 1), when(argumentText(1), 2), when(binary("<", text("a"), text("é")), 3)],
      }),
    );
    const fire = engine.bind(probe("int32", "string"), 10);
    fire?.(0, "x");
    fire?.(5, "");
    expect(valuesOf(host)).toEqual([[2], [3], [1], [3]]);
  });

  test("those of a point whose condition holds", () => {
    const onlyIf = (condition: Expression): ProbePoint => ({ ...point, condition });
    const { engine, host } = compile(
      program({
        clauses: [
          clause([onlyIf(argument(0)), onlyIf(argument(1))], trace(integer(1))),
          clause([onlyIf(argument(0)), point], trace(integer(2))),
        ],
      }),
    );
    const fire = engine.bind(probe("int32", "int32"), 10);
    fire?.(0, 0);
    fire?.(0, 1);
    expect(valuesOf(host)).toEqual([[2], [1], [2]]);
  });
});

describe("the program's own life", () => {
  test("begin and end clauses in sequence, then in program order; one may be both", () => {
    const { engine, host } = compile(
      program({
        clauses: [
          clause([{ ...beginPoint, sequence: 1 }], trace(text("late"))),
          clause([beginPoint, endPoint], trace(builtin("probename"))),
          clause([beginPoint], trace(builtin("probeid"))),
        ],
      }),
    );
    engine.begin();
    engine.end();
    expect(valuesOf(host)).toEqual([["BEGIN"], [1], ["late"], ["END"]]);
  });

  test("timers fire as often as their host says, each once, with all clauses of it", () => {
    const timer: ProbePoint = { kind: "timer", mode: "interval", period: 1000, name: "tick-1us" };
    const profile: ProbePoint = { ...timer, mode: "profile", name: "profile-1us" };
    const source = program({
      clauses: [
        clause([timer], trace(integer(1))),
        clause([profile], trace(integer(2))),
        clause([timer], trace(builtin("probename"))),
      ],
    });
    const { engine, host } = compile(source);
    expect(engine.timers.map(({ mode, period, probeId }) => ({ mode, period, probeId }))).toEqual([
      { mode: "interval", period: 1000, probeId: 4 },
      { mode: "profile", period: 1000, probeId: 5 },
    ]);
    engine.timers[0]?.fire();
    expect(valuesOf(host)).toEqual([[1], ["tick-1us"]]);
    expect(
      programProbes(source).map(({ probe: one, probeId }) => `${probeId} ${one.provider} ${one.name}`),
    ).toEqual([
      "1 dtrace BEGIN",
      "2 dtrace END",
      "3 dtrace ERROR",
      "4 profile tick-1us",
      "5 profile profile-1us",
    ]);
  });

  test("after exit the rest of the clause runs, then nothing but the end clauses", () => {
    const { engine, host } = compile(
      program({
        clauses: [
          clause([point], exit(argument(0)), trace(integer(1))),
          clause([point], trace(integer(2))),
          clause([endPoint], trace(integer(3))),
        ],
      }),
    );
    const fire = engine.bind(probe("int32"), 10);
    fire?.(259);
    fire?.(0);
    expect(host.statuses).toEqual([3]);
    engine.end();
    expect(valuesOf(host)).toEqual([[3, 1], [3]]);
  });

  test("exit in an end clause counts, and the other end clauses still run", () => {
    const { engine, host } = compile(
      program({
        clauses: [
          clause([beginPoint], exit(integer(1))),
          clause([endPoint], exit(integer(7))),
          clause([endPoint], trace(integer(2))),
        ],
      }),
    );
    engine.begin();
    engine.end();
    expect(host.statuses).toEqual([1, 7]);
    expect(valuesOf(host).at(-1)).toEqual([2]);
  });

  test("what is disposed of does nothing", () => {
    const { engine, host } = compile(program({ clauses: [clause([point], trace(integer(1)))] }));
    const fire = engine.bind(probe(), 10);
    engine.dispose();
    fire?.();
    expect(host.records).toEqual([]);
  });
});

describe("run-time errors", () => {
  test("leave the clause, drop its record, keep what it did before, and run the error clauses", () => {
    const faulty = clause([point], trace(integer(1)), aggregate("c"), divideByZero, aggregate("c"));
    const { engine, host } = compile(
      program({
        variables: zero,
        aggregations: [aggregation("c", { name: "count" })],
        clauses: [
          { ...faulty, span: { start: 5, end: 9 } },
          clause([errorPoint], trace(argument(1)), trace(argument(4))),
          clause([point], trace(integer(2))),
        ],
      }),
    );
    engine.bind(probe(), 10)?.();
    expect(host.faults).toEqual([
      {
        code: "RUNTIME_DIVIDE_BY_ZERO",
        message: "divide by zero",
        clause: 0,
        probe: 10,
        span: { start: 5, end: 9 },
      },
    ]);
    const epid = valuesOf(host)[0]?.[0];
    expect(epid).toBeGreaterThan(0);
    expect(valuesOf(host)).toEqual([[epid, 4], [2]]);
    expect(engine.snapshot()).toEqual([{ name: "c", rows: [{ keys: [], state: { kind: "count", n: 1 } }] }]);
  });

  test("an error in an error clause runs none", () => {
    const { engine, host } = compile(
      program({
        variables: zero,
        clauses: [clause([beginPoint], divideByZero), clause([errorPoint], divideByZero)],
      }),
    );
    engine.begin();
    expect(host.faults.map(({ clause: index, probe: id }) => [index, id])).toEqual([
      [0, 1],
      [1, 3],
    ]);
  });

  test("an error clause may end the program", () => {
    const { engine, host } = compile(
      program({
        variables: zero,
        clauses: [
          clause([point], divideByZero),
          clause([point], trace(integer(1))),
          clause([errorPoint], exit(integer(9))),
        ],
      }),
    );
    engine.bind(probe(), 10)?.();
    expect(host.statuses).toEqual([9]);
    expect(valuesOf(host)).toEqual([[9]]);
  });

  test("what the host throws is its own", () => {
    const failing = {
      ...recordingHost(),
      emit: () => {
        throw new RangeError("full");
      },
    };
    const { engine } = compile(
      program({
        variables: zero,
        clauses: [
          clause([beginPoint], trace(integer(1)), divideByZero),
          clause([endPoint], trace(integer(1))),
        ],
      }),
      {},
      failing,
    );
    engine.begin();
    expect(failing.faults).toHaveLength(1);
    expect(() => engine.end()).toThrow(RangeError);
  });
});

describe("facts", () => {
  test("the host is asked; what a probe fixes is constant", () => {
    const names = [
      "pid",
      "tid",
      "ppid",
      "uid",
      "gid",
      "cpu",
      "execname",
      "target",
      "probeprov",
      "probemod",
      "probefunc",
      "probename",
      "probeid",
    ] as const;
    const { engine, host } = compile(
      program({ clauses: [clause([point], ...names.map((name) => trace(builtin(name))))] }),
    );
    engine.bind({ ...probe(), name: "request__start" }, 10);
    engine.bind(probe(), 10)?.();
    expect(valuesOf(host)).toEqual([
      [1234, 1235, 1, 1000, 100, 3, "node", 77, "shop1234", "shop.so", "fire", "checkout", 10],
    ]);
  });

  test("names are DTrace's", () => {
    const any: ProbePoint = { ...point, name: "" };
    const { engine, host } = compile(program({ clauses: [clause([any], trace(builtin("probename")))] }));
    engine.bind({ ...probe(), name: "request__start" }, 10)?.();
    expect(valuesOf(host)).toEqual([["request-start"]]);
  });

  test("a clock is read once a firing, and only where it is asked for", () => {
    const twice = clause([point], trace(builtin("timestamp")), trace(builtin("timestamp")));
    const { engine, host } = compile(
      program({
        clauses: [
          { ...clause([point], trace(builtin("walltimestamp"))), predicate: argument(0) },
          twice,
          twice,
        ],
      }),
    );
    const fire = engine.bind(probe("int32"), 10);
    fire?.(0);
    expect(host.reads).toEqual({ now: 1, wallTime: 0, vtime: 0 });
    fire?.(1);
    expect(valuesOf(host)).toEqual([
      [1000, 1000],
      [1000, 1000],
      [1_700_000_000_000_000_001n],
      [2000, 2000],
      [2000, 2000],
    ]);
  });
});

describe("records", () => {
  test("hold what output statements put out, in order", () => {
    const stack: Statement = { kind: "stack", space: "user", depth: 3 };
    const { engine, host } = compile(
      program({
        aggregations: [aggregation("c", { name: "count" }), aggregation("d", { name: "count" })],
        clauses: [
          clause(
            [beginPoint],
            aggregate("c"),
            {
              kind: "printf",
              format: [{ kind: "d" }, { kind: "f" }],
              arguments: [integer(5), cast(integer(2), { kind: "float", bits: 64 })],
            },
            { kind: "printa", aggregations: ["d", "c"] },
            stack,
            { kind: "default" },
          ),
        ],
      }),
      {},
      recordingHost({ stack: (space, depth) => ({ frames: [{ address: depth, symbol: space }] }) }),
    );
    engine.begin();
    expect(host.records[0]?.items).toEqual([
      { statement: 0, values: [5, { float: 2 }] },
      {
        statement: 1,
        values: [],
        aggregations: [
          { name: "d", rows: [] },
          { name: "c", rows: [{ keys: [], state: { kind: "count", n: 1 } }] },
        ],
      },
      { statement: 2, values: [{ frames: [{ address: 3, symbol: "user" }] }] },
      { statement: 3, values: [] },
    ]);
  });

  test("are not made by clauses that put nothing out", () => {
    const { engine, host } = compile(
      program({
        variables: [declare("x")],
        clauses: [
          clause([point], assign(variable("x"), argument(0))),
          // oxlint-disable-next-line unicorn/no-thenable -- the IR names it so
          clause([point], { kind: "if", condition: variable("x"), then: [trace(integer(1))], otherwise: [] }),
        ],
      }),
    );
    const fire = engine.bind(probe("int64"), 10);
    fire?.(0);
    expect(host.records).toEqual([]);
    fire?.(1);
    expect(host.records).toHaveLength(1);
  });
});

test("a program of the builder runs", () => {
  const shop = { checkout: ["country: string", "cents: int64"] } as const;
  const { engine, host } = compile(
    build({ aggregations: { cents: quantize(string), all: count() } })
      .on(begin, () => [printf("go\n")])
      .on(
        usdt("shop", shop, "checkout"),
        ({ args }) => args.cents.greaterThan(0),
        ({ args, aggregations }) => [
          aggregations.cents.by(args.country).add(args.cents),
          aggregations.all.add(),
        ],
      )
      .on(tick("1s"), ({ aggregations }) => [aggregations.all.clear()])
      .on(end, () => [printf("done\n")])
      .build(),
  );
  engine.begin();
  const fire = engine.bind(probe("string", "int64"), 10);
  fire?.("DE", 100);
  fire?.("DE", 0);
  fire?.("US", 2000);
  engine.timers[0]?.fire();
  engine.end();
  expect(host.records.map((record) => record.clause)).toEqual([0, 3]);
  expect(engine.snapshot()).toEqual([
    {
      name: "cents",
      rows: [
        { keys: ["DE"], state: { kind: "buckets", counts: new Map([[7, 1]]) } },
        { keys: ["US"], state: { kind: "buckets", counts: new Map([[11, 1]]) } },
      ],
    },
    { name: "all", rows: [{ keys: [], state: { kind: "count", n: 0 } }] },
  ]);
});

test("where code generation is not allowed, a diagnostic says so", () => {
  // What Node does under --disallow-code-generation-from-strings.
  vi.stubGlobal("Function", function refuse() {
    throw new EvalError("Code generation from strings disallowed for this context");
  });
  try {
    const { engine, diagnostics } = compileProgram(program({}), recordingHost());
    expect(engine).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: "ENGINE_NO_CODE_GENERATION", severity: "error" }]);
  } finally {
    vi.unstubAllGlobals();
  }
});

test("the generated text is readable", () => {
  const { engine } = compile(
    program({
      aggregations: [aggregation("c", { name: "count" }, [int64])],
      clauses: [
        {
          ...clause([point], aggregate("c", [argument(0)])),
          predicate: binary(">", argument(0), integer(10), int32),
        },
      ],
    }),
  );
  engine.bind(probe("int32"), 10);
  expect(engine.text).toMatch(/^\/\/ shop1234:shop\.so:fire:checkout\n/);
  expect(engine.text).toContain("agg_c");
});
