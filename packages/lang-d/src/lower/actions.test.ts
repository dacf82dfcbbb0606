import { int32, int64 } from "@trace/core";
import { describe, expect, test } from "vitest";
import { bodyOf, codesOf, errorsOf, lowered } from "../test-kit.ts";

describe("actions", () => {
  test.each([
    ["trace(5)", { kind: "trace", value: { kind: "integer", value: 5, type: int32 } }],
    ["exit(3)", { kind: "exit", status: { kind: "integer", value: 3, type: int32 } }],
    ["stack()", { kind: "stack", space: "kernel", depth: 20 }],
    ["ustack(5)", { kind: "stack", space: "user", depth: 5 }],
    ["ustack(5, 100)", { kind: "stack", space: "user", depth: 5 }],
  ])("%s", (text, expected) => {
    expect(bodyOf(`${text};`)).toEqual([expected]);
  });

  test.each([
    ["clear(@)", { kind: "clear", aggregation: "_" }],
    ["denormalize(@)", { kind: "denormalize", aggregation: "_" }],
    ["trunc(@)", { kind: "trunc", aggregation: "_" }],
    ["trunc(@, -3)", { kind: "trunc", aggregation: "_", count: { kind: "integer", value: -3, type: int64 } }],
    [
      "normalize(@, 10)",
      { kind: "normalize", aggregation: "_", factor: { kind: "integer", value: 10, type: int64 } },
    ],
    ["printa(@)", { kind: "printa", aggregations: ["_"] }],
    ["printa(@, @)", { kind: "printa", aggregations: ["_", "_"] }],
  ])("%s", (text, expected) => {
    expect(bodyOf(`@ = count(); ${text};`)[1]).toEqual(expected);
  });

  test("an empty clause has the default action", () => {
    expect(lowered("BEGIN { } END { ; }").clauses.map(({ body }) => body)).toEqual([
      [{ kind: "default" }],
      [{ kind: "default" }],
    ]);
  });

  test("stacks have the depth of the options", () => {
    const { clauses } = lowered(
      "#pragma D option ustackframes=3\n#pragma D option stackframes=4\nBEGIN { ustack(); stack(); }",
    );
    expect(clauses[0]?.body).toMatchObject([{ depth: 3 }, { depth: 4 }]);
  });

  test("if and else", () => {
    expect(bodyOf("if (pid == 1) { trace(1); } else exit(0);")).toMatchObject([
      // oxlint-disable-next-line unicorn/no-thenable -- the IR's name
      { kind: "if", condition: { operator: "==" }, then: [{ kind: "trace" }], otherwise: [{ kind: "exit" }] },
    ]);
  });
});

describe("errors", () => {
  test.each([
    ["trace();", "D_PROTO_LEN"],
    ["exit();", "D_PROTO_LEN"],
    ['exit("a");', "D_PROTO_ARG"],
    ["stack(0);", "D_STACK_SIZE"],
    ["stack(pid);", "D_STACK_SIZE"],
    ["stack(1, 2);", "D_STACK_PROTO"],
    ["ustack(-1);", "D_USTACK_FRAMES"],
    ["ustack(1, 2, 3);", "D_USTACK_PROTO"],
    ["clear();", "D_CLEAR_PROTO"],
    ["clear(5);", "D_CLEAR_AGGARG"],
    ["clear(@nothing);", "D_IDENT_UNDEF"],
    ["denormalize(1, 2);", "D_NORMALIZE_PROTO"],
    ["normalize(@a);", "D_NORMALIZE_PROTO"],
    ["normalize(5, 5);", "D_NORMALIZE_AGGARG"],
    ['@a = count(); normalize(@a, "x");', "D_NORMALIZE_SCALAR"],
    ["trunc();", "D_TRUNC_PROTO"],
    ["trunc(5);", "D_TRUNC_AGGARG"],
    ['@a = count(); trunc(@a, "x");', "D_TRUNC_SCALAR"],
    ["printa();", "D_PROTO_LEN"],
    ['printa("x");', "D_PRINTA_PROTO"],
    ["printa(5);", "D_PRINTA_AGGARG"],
    ['printa("x", 5);', "D_PRINTA_AGGARG"],
    ["@a[1] = count(); @b[1, 2] = count(); printa(@a, @b);", "D_PRINTA_AGGKEY"],
    ['@a[1] = count(); @b["x"] = count(); printa(@a, @b);', "D_PRINTA_AGGPROTO"],
    ["if (execname) trace(1);", "D_PRED_SCALAR"],
  ])("%s %s", (body, code) => {
    expect(codesOf(`BEGIN { ${body} }`)).toEqual([code]);
  });

  test("an aggregation that nothing assigned", () => {
    expect(errorsOf("END { printa(@numbers); }")).toBe(
      "x.d:1:14: error: aggregation @numbers is not assigned before this [D_IDENT_UNDEF]\n" +
        "    1 | END { printa(@numbers); }\n      |              ^~~~~~~~\n" +
        "      = hint: assign it first: @numbers = count();\n",
    );
  });
});
