import { int32, int64, string } from "@trace/core";
import { describe, expect, test } from "vitest";
import { codesOf, errorsOf, lowered } from "../test-kit.ts";

const functionOf = (call: string): unknown => lowered(`BEGIN { @ = ${call}; }`).aggregations[0]?.function;

describe("aggregating functions", () => {
  test.each([
    ["count()", { name: "count" }],
    ["sum(1)", { name: "sum" }],
    ["avg(arg0)", { name: "avg" }],
    ["min(arg0)", { name: "min" }],
    ["max(arg0)", { name: "max" }],
    ["stddev(arg0)", { name: "stddev" }],
    ["quantize(arg0)", { name: "quantize" }],
    ["lquantize(arg0, -10, 10)", { name: "lquantize", low: -10, high: 10, step: 1 }],
    ["lquantize(arg0, 0, 10 * 10, 5)", { name: "lquantize", low: 0, high: 100, step: 5 }],
    ["llquantize(arg0, 10, 0, 6, 20)", { name: "llquantize", factor: 10, low: 0, high: 6, steps: 20 }],
    ["llquantize(arg0, 10, 0, 6, 5)", { name: "llquantize", factor: 10, low: 0, high: 6, steps: 5 }],
  ])("%s", (call, expected) => {
    expect(functionOf(call)).toEqual(expected);
  });

  test("values and weights are 64 bits wide", () => {
    const { clauses } = lowered("BEGIN { @q = quantize(pid, uid); @l = lquantize(arg0, 0, 9, 1, 2); }");
    expect(clauses[0]?.body).toMatchObject([
      { value: { kind: "cast", type: int64 }, weight: { kind: "cast", type: int64 } },
      { value: { kind: "argument" }, weight: { kind: "integer", value: 2, type: int64 } },
    ]);
  });
});

describe("names and keys", () => {
  test("the nameless one is called _; keys have the types of their first use", () => {
    const { aggregations, clauses } = lowered(
      'BEGIN { @ = count(); @n[probename, pid] = sum(arg0); @n["x", arg0] = sum(1); }',
    );
    expect(aggregations).toEqual([
      { name: "_", function: { name: "count" }, keys: [], value: int64 },
      { name: "n", function: { name: "sum" }, keys: [string, int32], value: int64 },
    ]);
    expect(clauses[0]?.body[2]).toMatchObject({ keys: [{ kind: "string" }, { kind: "cast", type: int32 }] });
  });
});

describe("errors", () => {
  test.each([
    ["@ = 5;", "D_AGG_FUNC"],
    ["@ = strlen(execname);", "D_AGG_FUNC"],
    ["@ += count();", "D_AGG_FUNC"],
    ["@ = cuont();", "D_FUNC_UNDEF"],
    ["@ = count(); @ = sum(1);", "D_AGG_REDEF"],
    ["@[1] = count(); @[1, 2] = count();", "D_PROTO_LEN"],
    ['@[1] = count(); @["a"] = count();', "D_PROTO_ARG"],
    ["@[1][2] = count();", "D_AGG_MDIM"],
    ["@[@b] = count();", "D_KEY_TYPE"],
    ["@[trace(1)] = count();", "D_KEY_TYPE"],
    ["@[ustack()] = count();", "D_NOT_SUPPORTED"],
    ["@;", "D_IDENT_UNDEF"],
    ["@ = count(); @;", "D_AGG_NULL"],
    ["@[1];", "D_AGG_NULL"],
    ["x = @;", "D_OP_DYN"],
    ["x = (@ = count());", "D_AGG_FUNC"],
    ["@ = count(1);", "D_PROTO_LEN"],
    ["@ = sum();", "D_AGG_SCALAR"],
    ["@ = sum(execname);", "D_AGG_SCALAR"],
    ["@ = sum(1, 2);", "D_PROTO_LEN"],
    ['@ = quantize(1, "a");', "D_PROTO_ARG"],
    ["@ = lquantize(1);", "D_LQUANT_BASETYPE"],
    ["@ = lquantize(1, pid, 10);", "D_LQUANT_BASETYPE"],
    ["@ = lquantize(1, 10000000000, 10);", "D_LQUANT_BASEVAL"],
    ["@ = lquantize(1, 0);", "D_LQUANT_LIMTYPE"],
    ["@ = lquantize(1, 0, 10000000000);", "D_LQUANT_LIMVAL"],
    ["@ = lquantize(1, 10, 0);", "D_LQUANT_MISMATCH"],
    ["@ = lquantize(1, 0, 10, 0);", "D_LQUANT_STEPTYPE"],
    ["@ = lquantize(1, 0, 10, 70000);", "D_LQUANT_STEPVAL"],
    ["@ = lquantize(1, 0, 10, 20);", "D_LQUANT_STEPLARGE"],
    ["@ = lquantize(1, 0, 1000000, 1);", "D_LQUANT_STEPSMALL"],
    ["@ = lquantize(1, 0, 10, 1); @ = lquantize(1, 1, 10, 1);", "D_LQUANT_MATCHBASE"],
    ["@ = lquantize(1, 0, 10, 1); @ = lquantize(1, 0, 20, 1);", "D_LQUANT_MATCHLIM"],
    ["@ = lquantize(1, 0, 10, 1); @ = lquantize(1, 0, 10, 2);", "D_LQUANT_MATCHSTEP"],
    ["@ = llquantize(1, pid, 0, 6, 20);", "D_LLQUANT_FACTORTYPE"],
    ["@ = llquantize(1, 1, 0, 6, 20);", "D_LLQUANT_FACTORVAL"],
    ["@ = llquantize(1, 10, -1, 6, 20);", "D_LLQUANT_LMAGVAL"],
    ["@ = llquantize(1, 10, 5, 4, 20);", "D_LLQUANT_HMAGVAL"],
    ["@ = llquantize(1, 10, 0, 30, 20);", "D_LLQUANT_HMAGVAL"],
    ["@ = llquantize(1, 10, 0, 6);", "D_LLQUANT_STEPTYPE"],
    ["@ = llquantize(1, 10, 0, 6, 0);", "D_LLQUANT_STEPTYPE"],
    ["@ = llquantize(1, 10, 0, 6, 3);", "D_LLQUANT_STEPVAL"],
    ["@ = llquantize(1, 10, 0, 6, 15);", "D_LLQUANT_STEPVAL"],
    ["@ = llquantize(1, 10, 0, 6, 30);", "D_LLQUANT_STEPVAL"],
    ["@ = llquantize(1, 10, 0, 6, 10); @ = llquantize(1, 8, 0, 6, 8);", "D_LLQUANT_MATCHFACTOR"],
    ["@ = llquantize(1, 10, 0, 6, 10); @ = llquantize(1, 10, 1, 6, 10);", "D_LLQUANT_MATCHLMAG"],
    ["@ = llquantize(1, 10, 0, 6, 10); @ = llquantize(1, 10, 0, 7, 10);", "D_LLQUANT_MATCHHMAG"],
    ["@ = llquantize(1, 10, 0, 6, 10); @ = llquantize(1, 10, 0, 6, 20);", "D_LLQUANT_MATCHSTEPS"],
  ])("%s %s", (body, code) => {
    expect(codesOf(`BEGIN { ${body} }`)).toEqual([code]);
  });

  test("a second function", () => {
    expect(errorsOf("BEGIN { @n = count(); }\nEND { @n = sum(1); }")).toBe(
      "x.d:2:12: error: @n is count() elsewhere and cannot be sum() too [D_AGG_REDEF]\n" +
        "    2 | END { @n = sum(1); }\n      |            ^~~~~~\n" +
        "      = hint: use another name for the second aggregation\n",
    );
  });

  test("a misspelt function", () => {
    expect(errorsOf("BEGIN { @ = qauntize(1); }")).toBe(
      "x.d:1:13: error: unknown function qauntize() [D_FUNC_UNDEF]\n" +
        "    1 | BEGIN { @ = qauntize(1); }\n      |             ^~~~~~~~\n" +
        "      = hint: did you mean 'quantize'?\n",
    );
  });
});
