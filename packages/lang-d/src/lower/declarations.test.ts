import { int32, uint64 } from "@trace/core";
import { describe, expect, test } from "vitest";
import { codesOf, errorsOf, lowered } from "../test-kit.ts";

describe("names for constants and types", () => {
  test("inlines, enumerators and typedefs", () => {
    const { clauses } = lowered(
      'inline int K = 5; inline string S = "s"; enum e { A, B = 7, C }; typedef unsigned long ul;\n' +
        "BEGIN { trace(K + C); trace(S); trace((ul)B); trace((uint64_t)A); }",
    );
    expect(clauses[0]?.body).toMatchObject([
      { value: { kind: "integer", value: 13, type: int32 } },
      { value: { kind: "string", value: "s" } },
      { value: { kind: "integer", value: 7, type: uint64 } },
      { value: { kind: "integer", value: 0, type: uint64 } },
    ]);
  });

  test("an inline has the type of its declaration", () => {
    const { clauses } = lowered("inline uint64_t N = arg0; BEGIN { trace(N); }");
    expect(clauses[0]?.body).toMatchObject([{ value: { kind: "cast", type: uint64 } }]);
  });
});

describe("errors", () => {
  test.each([
    ["int x; int x; BEGIN { }", "D_DECL_IDRED"],
    ["int pid; BEGIN { }", "D_DECL_IDRED"],
    ["inline int N = 1; inline int N = 2; BEGIN { }", "D_DECL_IDRED"],
    ["enum { A, A }; BEGIN { }", "D_DECL_IDRED"],
    ["inline int N = 1; BEGIN { N = 2; }", "D_OP_WRITE"],
    ['inline int N = "s"; BEGIN { }', "D_OP_INCOMPAT"],
    ["inline int N = M; BEGIN { }", "D_IDENT_UNDEF"],
    ["void x; BEGIN { }", "D_DECL_VOIDOBJ"],
    ["static int x; BEGIN { }", "D_DECL_BADCLASS"],
    ["this int a[int]; BEGIN { }", "D_DECL_LOCASSC"],
    ["int; BEGIN { }", "D_DECL_USELESS"],
    ["nothing_t x; BEGIN { }", "D_TYPE_ERR"],
    ["unsigned string x; BEGIN { }", "D_DECL_COMBO"],
    ["unsigned double x; BEGIN { }", "D_DECL_SIGNINT"],
    ["long float x; BEGIN { }", "D_DECL_LONGINT"],
    ["short void x; BEGIN { }", "D_DECL_VOIDATTR"],
    ["enum { A = 2147483648 }; BEGIN { }", "D_DECL_ENOFLOW"],
    ["enum { A = pid }; BEGIN { }", "D_DECL_ENCONST"],
    ["int x(int); BEGIN { }", "D_NOT_SUPPORTED"],
    ["translator a_t < b_t *p > { c = 1; }; BEGIN { }", "D_TYPE_ERR"],
    ["", "D_EMPTY"],
    ["/* nothing */", "D_EMPTY"],
  ])("%s %s", (text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  test("a structure may be declared: only its values are missing", () => {
    expect(codesOf("struct s { int a; }; typedef struct s *s_p; BEGIN { x = (struct s *)arg0; }")).toEqual(
      [],
    );
  });

  test("a provider file is no program", () => {
    expect(errorsOf("provider pony { probe gc__start(uintptr_t scheduler); };")).toBe(
      "x.d:1:10: error: this declares the probes of provider 'pony': it is no program to run [D_PROVIDER_FILE]\n" +
        "    1 | provider pony { probe gc__start(uintptr_t scheduler); };\n      |          ^~~~\n" +
        "      = hint: run a script that has clauses\n",
    );
  });

  test("a misspelt type", () => {
    expect(errorsOf("unit64_t x; BEGIN { }")).toBe(
      "x.d:1:1: error: unknown type 'unit64_t' [D_TYPE_ERR]\n    1 | unit64_t x; BEGIN { }\n" +
        "      | ^~~~~~~~\n      = hint: did you mean 'uint64_t'?\n",
    );
  });
});
