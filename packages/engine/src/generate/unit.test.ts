import fc from "fast-check";
import { expect, test } from "vitest";
import { int64, string, validateProgram } from "@trace/core";
import {
  aggregate,
  aggregation,
  argumentText,
  assign,
  binary,
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
import { compile, valuesOf } from "../test-support/run.ts";

/** What breaks out of careless quoting, and sets `pwned` where it does. */
const nasty = fc.oneof(
  fc.constantFrom(
    '"; globalThis.pwned = 1; "',
    "'; globalThis.pwned = 1; '",
    "`${globalThis.pwned = 1}`",
    "${globalThis.pwned = 1}",
    "\\",
    '\\"; globalThis.pwned = 1; //',
    "*/ globalThis.pwned = 1; /*",
    "\n globalThis.pwned = 1;",
    "\u2028globalThis.pwned = 1;\u2029",
    "\r\nglobalThis.pwned = 1;//",
    "</script><!-- --> ",
    "constructor",
    "__proto__",
    "arguments",
    "eval",
    "host",
    "await",
    "a0",
    "\udc80\ud800",
  ),
  fc.string({ unit: "binary" }),
);

const escaped = globalThis as { pwned?: unknown };

test("no text or name of a program becomes code", () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, (constant, name, other) => {
      fc.pre(name !== other);
      // Names such as these do not pass validateProgram: the engine does not depend on that.
      const source = program({
        options: { stringSize: 65_536 },
        variables: [
          declare(name, string),
          declare(other, int64, "global", [string]),
          declare(name, int64, "clause"),
        ],
        aggregations: [aggregation(name, { name: "count" }, [string])],
        clauses: [
          clause(
            [{ ...point, provider: "", name: "" }],
            assign(variable(name, string), text(constant)),
            assign(variable(other, int64, "global", [text(constant)]), integer(3)),
            assign(variable(name, int64, "clause"), integer(4)),
            aggregate(name, [argumentText(0)]),
            trace(variable(name, string)),
            trace(variable(other, int64, "global", [text(constant)])),
            trace(variable(name, int64, "clause")),
            trace({ kind: "builtin", name: "probename", type: string }),
          ),
        ],
      });
      const { engine, host } = compile(source);
      const bound = {
        ...probe("string"),
        provider: name,
        module: other,
        name: constant.replaceAll("__", "_"),
      };
      engine.bind(bound, 10)?.(constant);
      const expected = constant.split("\0")[0] ?? "";
      const isText = expected.isWellFormed();
      expect(valuesOf(host)[0]?.slice(1, 3)).toEqual([3, 4]);
      expect(!isText || valuesOf(host)[0]?.[0] === expected).toBe(true);
      expect(!isText || engine.snapshot()[0]?.rows[0]?.keys[0] === expected).toBe(true);
      expect("pwned" in escaped).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("a name that is none is refused before", () => {
  const source = program({ variables: [declare("x; globalThis.pwned = 1")] });
  expect(validateProgram(source).diagnostics).toMatchObject([{ code: "PROGRAM_INVALID" }]);
});

test("deep and wide expressions compile", () => {
  let deep = integer(1);
  for (let depth = 0; depth < 100; depth++) deep = binary("+", deep, integer(1));
  const source = program({
    clauses: [clause([{ kind: "begin" }], ...Array.from({ length: 200 }, () => trace(deep)))],
  });
  expect(validateProgram(source).diagnostics).toEqual([]);
  const { engine, host } = compile(source);
  engine.begin();
  expect(valuesOf(host)[0]).toEqual(Array.from({ length: 200 }, () => 101));
});
