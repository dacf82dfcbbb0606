import { describe, expect, test } from "vitest";
import { int32, int64, string } from "@trace/core";
import { bodyOf, codesOf, errorsOf, expressionOf } from "../test-kit.ts";

const context = {
  arguments: ["42", "hello world", "-7", "execname", '"quoted"', "0x10", "99999999999999999999"],
  target: 9,
};

describe("script arguments", () => {
  test.each([
    ["$1", { kind: "integer", value: 42, type: int32 }],
    ["$3", { kind: "integer", value: -7, type: int32 }],
    ["$6", { kind: "integer", value: 16, type: int32 }],
    ["$2", { kind: "string", value: "hello world", type: string }],
    ["$5", { kind: "string", value: "quoted", type: string }],
    ["$$0", { kind: "string", value: "x.d", type: string }],
    ["$$1", { kind: "string", value: "42", type: string }],
    ["$$5", { kind: "string", value: '"quoted"', type: string }],
    ["$4", { kind: "builtin", name: "execname", type: string }],
  ])("%s", (text, expected) => {
    expect(expressionOf(text, context)).toEqual(expected);
  });

  test("an identifier can name a variable and a function", () => {
    expect(bodyOf('$1 = 5; self->$1 = 6; trace($2("a"));', { arguments: ["x", "strlen"] })).toMatchObject([
      { expression: { kind: "assign", target: { scope: "global", name: "x" } } },
      { expression: { kind: "assign", target: { scope: "thread", name: "x" } } },
      { kind: "trace", value: { kind: "cast", operand: { kind: "call", function: "strlen" } } },
    ]);
  });

  test("one that is not given is an error", () => {
    expect(errorsOf("BEGIN { trace($2); }", { arguments: ["1"] })).toBe(
      "x.d:1:15: error: script argument $2 is not given [D_MACRO_UNDEF]\n" +
        "    1 | BEGIN { trace($2); }\n      |               ^~\n" +
        "      = hint: the script was given 1 argument; '#pragma D option defaultargs' makes the others 0 and empty\n",
    );
  });

  test("unless the option defaultargs is set", () => {
    const options = { defaultargs: true } as const;
    expect(expressionOf("$2", { options })).toEqual({ kind: "integer", value: 0, type: int32 });
    expect(expressionOf("$$2", { options })).toEqual({ kind: "string", value: "", type: string });
  });

  test("one that is too large is an error", () => {
    expect(codesOf("BEGIN { trace($7); }", context)).toEqual(["D_MACRO_OFLOW"]);
  });
});

describe("facts", () => {
  test.each([
    ["$target", 9],
    ["$pid", process.pid],
    ["$ppid", process.ppid],
    ["$uid", process.getuid?.()],
    ["$egid", process.getegid?.()],
  ])("%s", (text, value) => {
    expect(expressionOf(text, context)).toEqual({ kind: "integer", value, type: int32 });
  });

  test("as text", () => {
    expect(expressionOf("$$target", context)).toEqual({ kind: "string", value: "9", type: string });
  });

  test("an unknown one is an error", () => {
    expect(errorsOf("BEGIN { trace($tarfet); }")).toBe(
      "x.d:1:15: error: macro variable $tarfet is not defined [D_MACRO_UNDEF]\n" +
        "    1 | BEGIN { trace($tarfet); }\n      |               ^~~~~~~\n" +
        "      = hint: did you mean 'target'?\n",
    );
  });
});

test("large arguments keep all their digits", () => {
  expect(expressionOf("$1", { arguments: ["9223372036854775807"] })).toEqual({
    kind: "integer",
    value: "9223372036854775807",
    type: int64,
  });
});
