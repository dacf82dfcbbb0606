import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  int32,
  int64,
  int8,
  string,
  uint8,
  type Expression,
  type Statement,
  type VariableExpression,
} from "@trace/core";
import {
  argument,
  argumentText,
  assign,
  binary,
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
} from "../test-support/nodes.ts";
import { recordingHost } from "../test-support/recording-host.ts";
import { compile, runBegin, valuesOf } from "../test-support/run.ts";

function increment(target: VariableExpression, by: 1 | -1, prefix: boolean): Expression {
  return { kind: "increment", target, by, prefix, type: target.type };
}

describe("scalars", () => {
  test("are 0 or empty until they are set", () => {
    const { host } = runBegin(
      [
        trace(variable("x")),
        trace(variable("s", string)),
        assign(variable("x"), integer(5)),
        trace(variable("x")),
      ],
      {
        variables: [declare("x"), declare("s", string)],
      },
    );
    expect(valuesOf(host)).toEqual([[0, "", 5]]);
  });

  test("hold what fits their type, however they are set", () => {
    const x = variable("x", int8);
    const { host } = runBegin(
      [
        assign(x, integer(200, int64)),
        trace(x),
        assign(x, integer(100, int8), "+"),
        trace(x),
        trace(increment(variable("y", uint8), -1, true)),
        trace(increment(variable("y", uint8), 1, false)),
        trace(variable("y", uint8)),
      ],
      { variables: [declare("x", int8), declare("y", uint8)] },
    );
    expect(valuesOf(host)).toEqual([[-56, 44, 255, 255, 0]]);
  });

  test("an assignment is worth what the variable then holds", () => {
    const x = variable("x", int8);
    const { host } = runBegin(
      [trace({ kind: "assign", target: x, value: integer(300, int64), type: int8 })],
      { variables: [declare("x", int8)] },
    );
    expect(valuesOf(host)).toEqual([[44]]);
  });

  test("of a string hold stringSize bytes", () => {
    const { host } = runBegin([assign(variable("s", string), text("hello")), trace(variable("s", string))], {
      variables: [declare("s", string)],
      options: { stringSize: 3 },
    });
    expect(valuesOf(host)).toEqual([["hel"]]);
  });

  test("of one name live apart in the program, the thread and the firing", () => {
    const scopes = ["global", "thread", "clause"] as const;
    const { host } = runBegin(
      [
        ...scopes.map((scope, at) => assign(variable("x", int64, scope), integer(at + 1))),
        ...scopes.map((scope) => trace(variable("x", int64, scope))),
      ],
      { variables: scopes.map((scope) => declare("x", int64, scope)) },
    );
    expect(valuesOf(host)).toEqual([[1, 2, 3]]);
  });
});

test("a clause-local lives for one firing, across its clauses", () => {
  const t = variable("t", int64, "clause");
  const { engine, host } = compile(
    program({
      variables: [declare("t", int64, "clause")],
      clauses: [clause([point], trace(t), assign(t, argument(0))), clause([point], trace(t))],
    }),
  );
  const fire = engine.bind(probe("int64"), 10);
  fire?.(7);
  fire?.(8);
  expect(valuesOf(host)).toEqual([[0], [7], [0], [8]]);
});

describe("associative arrays", () => {
  const element = (...keys: readonly Expression[]): VariableExpression =>
    variable("a", int64, "global", keys);
  const array = [declare("a", int64, "global", [string, int64])];

  test("are what a Map would be", () => {
    const key = fc.tuple(fc.constantFrom("", "a", "b"), fc.constantFrom(0, 1, 2n ** 60n));
    const step = fc.tuple(key, fc.constantFrom("set", "add", "remove", "post"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const model = new Map<string, number>();
        const expected: number[] = [];
        const body = steps.flatMap(([[name, number], what], at): Statement[] => {
          const target = element(text(name), integer(number));
          const known = model.get(`${name} ${number}`) ?? 0;
          const next = { set: at + 1, add: known + 5, remove: 0, post: known - 1 }[what] ?? 0;
          model.set(`${name} ${number}`, next);
          expected.push(what === "post" ? known : next);
          if (what === "post") return [trace(increment(target, -1, false))];
          const value = what === "add" ? integer(5) : integer(next);
          return [assign(target, value, ...(what === "add" ? (["+"] as const) : [])), trace(target)];
        });
        const { host } = runBegin(body, { variables: array });
        expect(valuesOf(host)[0] ?? []).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test("hold maxKeys elements; zero makes room; what finds none is counted", () => {
    const { engine, host } = compile(
      program({
        options: { maxKeys: 2 },
        variables: array,
        clauses: [
          clause(
            [point],
            assign(element(argumentText(0), integer(1)), argument(1)),
            trace(element(argumentText(0), integer(1))),
          ),
        ],
      }),
    );
    const fire = engine.bind(probe("string", "int64"), 10);
    for (const [key, value] of [
      ["a", 1],
      ["b", 2],
      ["c", 3],
      ["a", 0],
      ["c", 4],
      ["b", 5],
    ] as const)
      fire?.(key, value);
    expect(valuesOf(host)).toEqual([[1], [2], [0], [0], [4], [5]]);
    expect(engine.drops()).toEqual({ aggregations: 0, variables: 1 });
  });

  test("evaluate the keys of an element that is read and set once", () => {
    const n = variable("n");
    const { host } = runBegin(
      [
        assign(element(text("k"), increment(n, 1, true)), integer(5), "+"),
        trace(n),
        trace(element(text("k"), integer(1))),
      ],
      { variables: [...array, declare("n")] },
    );
    expect(valuesOf(host)).toEqual([[1, 5]]);
  });

  test("take keys of their declared type", () => {
    const narrow = variable("b", int64, "global", [integer(257)]);
    const { host } = runBegin(
      [assign(narrow, integer(1)), trace(variable("b", int64, "global", [integer(1, uint8)]))],
      { variables: [declare("b", int64, "global", [uint8])] },
    );
    expect(valuesOf(host)).toEqual([[1]]);
  });
});

describe("thread-locals", () => {
  const self = variable("x", int32, "thread");
  const own = variable("a", string, "thread", [argument(0)]);
  const source = program({
    options: { maxKeys: 2 },
    variables: [declare("x", int32, "thread"), declare("a", string, "thread", [int64])],
    clauses: [
      clause(
        [point],
        trace(self),
        assign(self, cast(argument(0), int32), "+"),
        assign(own, text("set")),
        trace(variable("a", string, "thread", [integer(1)])),
      ),
    ],
  });

  test("are one where all firings are of one thread", () => {
    const { engine, host } = compile(source);
    const fire = engine.bind(probe("int64"), 10);
    fire?.(1);
    fire?.(2);
    expect(valuesOf(host)).toEqual([
      [0, "set"],
      [1, "set"],
    ]);
  });

  test("are one a thread where the host tells threads apart, and bounded", () => {
    let tid = 1;
    const { engine, host } = compile(source, { threads: "by-tid" }, recordingHost({ tid: () => tid }));
    const fire = engine.bind(probe("int64"), 10);
    for (const [thread, value] of [
      [1, 1],
      [2, 2],
      [1, 1],
      [3, 1],
    ] as const) {
      tid = thread;
      fire?.(value);
    }
    expect(valuesOf(host)).toEqual([
      [0, "set"],
      [0, ""],
      [1, "set"],
      [0, ""],
    ]);
    expect(engine.drops().variables).toBe(2);
  });
});

test("operands are evaluated from left to right, the right one of && and || only when needed", () => {
  const n = variable("n");
  const next = increment(n, 1, true);
  const { host } = runBegin(
    [
      trace(binary("-", next, binary("*", next, integer(10)))),
      trace(binary("&&", integer(0), next)),
      trace(binary("||", integer(1), next)),
      trace(binary("^^", next, integer(0))),
      trace({ kind: "sequence", expressions: [next, n], type: int64 }),
    ],
    { variables: [declare("n")] },
  );
  expect(valuesOf(host)).toEqual([[-19, 0, 1, 1, 4]]);
});
