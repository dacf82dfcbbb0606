import { int32, int64, string, uint32, uint64 } from "@trace/core";
import { describe, expect, test } from "vitest";
import { bodyOf, codesOf, errorsOf, lowered } from "../test-kit.ts";

const variablesOf = (text: string): unknown =>
  lowered(text).variables.map(({ scope, name, type, keys }) => [scope, name, type, ...keys]);

describe("first use gives the type", () => {
  test("globals, thread-locals, clause-locals and arrays", () => {
    expect(
      variablesOf(
        'BEGIN { a = 1; b = "s"; c = arg0; self->d = timestamp; this->e = (char)1; f["k", 1] = 2; self->g[pid] = "x"; h++; }',
      ),
    ).toEqual([
      ["global", "a", int32],
      ["global", "b", string],
      ["global", "c", int64],
      ["thread", "d", uint64],
      ["clause", "e", { kind: "integer", bits: 8, signed: true }],
      ["global", "f", int32, string, int32],
      ["thread", "g", string, int32],
      ["global", "h", int64],
    ]);
  });

  test("declarations come first", () => {
    expect(
      variablesOf(
        "int a; self uint64_t b; this string c; string d[string, int]; unsigned x, y; char *p; BEGIN { a = 1; }",
      ),
    ).toEqual([
      ["global", "a", int32],
      ["thread", "b", uint64],
      ["clause", "c", string],
      ["global", "d", string, string, int32],
      ["global", "x", uint32],
      ["global", "y", uint32],
      ["global", "p", uint64],
    ]);
  });

  test("what is assigned later is converted", () => {
    expect(bodyOf("a = 1; a = arg0; a += 2; a <<= 1;").slice(1)).toMatchObject([
      { expression: { kind: "assign", value: { kind: "cast", type: int32, operand: { kind: "argument" } } } },
      { expression: { kind: "assign", operator: "+", value: { kind: "integer", value: 2 } } },
      { expression: { kind: "assign", operator: "<<" } },
    ]);
  });

  test("division by something wider is not cut before", () => {
    expect(bodyOf("a = 1; a /= arg0; a /= pid;").slice(1)).toMatchObject([
      { expression: { kind: "assign", value: { kind: "cast", operand: { operator: "/", type: int64 } } } },
      { expression: { kind: "assign", operator: "/", value: { name: "pid" } } },
    ]);
  });

  test("keys are converted to those of the first use", () => {
    expect(bodyOf("a[arg0] = 1; a[pid] = 2;")[1]).toMatchObject({
      expression: { target: { keys: [{ kind: "cast", type: int64, operand: { name: "pid" } }] } },
    });
  });

  test("increments", () => {
    expect(bodyOf("++a; a--;")).toMatchObject([
      { expression: { kind: "increment", by: 1, prefix: true } },
      { expression: { kind: "increment", by: -1, prefix: false } },
    ]);
  });
});

describe("a predicate", () => {
  test("may use what the actions of its clause assign", () => {
    expect(codesOf("BEGIN /self->seen == 0/ { self->seen = 1; }")).toEqual([]);
  });

  test("may assign what the actions use", () => {
    expect(codesOf("BEGIN /x++/ { trace(x); }")).toEqual([]);
  });

  test("may not do both in a circle", () => {
    expect(codesOf("BEGIN /x++ && y == 0/ { trace(x + y++); }")).toEqual(["D_IDENT_UNDEF"]);
  });

  test("must be a number", () => {
    expect(errorsOf("BEGIN /execname/ { }")).toBe(
      "x.d:1:8: error: a predicate must be a number or a pointer, not string [D_PRED_SCALAR]\n" +
        '    1 | BEGIN /execname/ { }\n      |        ^~~~~~~~\n      = hint: compare it: != ""\n',
    );
  });
});

describe("errors", () => {
  test.each([
    ["a wrong type", 'x = 1; x = "s";', "D_OP_INCOMPAT"],
    ["a wrong type, the other way", 'x = "s"; x = 1;', "D_OP_INCOMPAT"],
    ["arithmetic on a string", 'x = "s"; x += 1;', "D_OP_INCOMPAT"],
    ["an increment of a string", 'x = "s"; x++;', "D_OP_SCALAR"],
    ["reading before assigning", "self->x = self->y;", "D_VAR_UNDEF"],
    ["adding before assigning", "x += 1;", "D_VAR_UNDEF"],
    ["a built-in variable", "pid = 1;", "D_OP_WRITE"],
    ["a constant", "5 = 1;", "D_OP_LVAL"],
    ["a call", "strlen(execname) = 1;", "D_OP_LVAL"],
    ["an address", "*arg0 = 1;", "D_DEREF_NONPTR"],
    ["an array of the clause", "this->a[1] = 1;", "D_ARR_LOCAL"],
    ["too few keys", 'a["x", 1] = 1; trace(a["x"]);', "D_PROTO_LEN"],
    ["a key of a wrong type", 'a["x", 1] = 1; trace(a[1, 1]);', "D_PROTO_ARG"],
    ["an array without keys", "a[1] = 1; trace(a);", "D_IDENT_BADREF"],
    ["a scalar with a key", "a = 1; trace(a[1]);", "D_DEREF_NONPTR"],
    ["a scalar with keys", "a = 1; trace(a[1, 2]);", "D_ARR_BADREF"],
    ["an action as a value", "x = trace(1);", "D_CG_EXPR"],
    ["an aggregation as a key", "@a = count(); b[@a] = 1;", "D_KEY_TYPE"],
    ["self alone", "trace(self);", "D_SYNTAX"],
  ])("%s", (_, body, code) => {
    expect(codesOf(`BEGIN { ${body} }`)).toEqual([code]);
  });

  test("one mistake is told once", () => {
    expect(codesOf("BEGIN { x = nothing(); y = x + 1; self->z = y; trace(self->z); }")).toEqual([
      "D_FUNC_UNDEF",
    ]);
    expect(codesOf("BEGIN { @a = nothing(); printa(@a); clear(@a); }")).toEqual(["D_FUNC_UNDEF"]);
  });

  test("independent mistakes are all told", () => {
    expect(codesOf("BEGIN { trace(a); trace(b); } END { trace(c); }")).toEqual([
      "D_IDENT_UNDEF",
      "D_IDENT_UNDEF",
      "D_IDENT_UNDEF",
    ]);
  });

  test("a misspelt variable", () => {
    expect(errorsOf("BEGIN { self->start = 1; trace(self->strat); }")).toBe(
      "x.d:1:32: error: self->strat has not been declared or assigned before this [D_VAR_UNDEF]\n" +
        "    1 | BEGIN { self->start = 1; trace(self->strat); }\n      |                                ^~~~~~~~~~~\n" +
        "      = hint: did you mean 'self->start'?\n",
    );
  });

  test("a changed type", () => {
    expect(errorsOf('BEGIN { x = 1; x = "s"; }')).toBe(
      "x.d:1:16: error: a string cannot be assigned to a variable of type int [D_OP_INCOMPAT]\n" +
        '    1 | BEGIN { x = 1; x = "s"; }\n      |                ^~~~~~~\n' +
        "      = hint: D variables keep the type of their declaration or first assignment\n",
    );
  });
});
