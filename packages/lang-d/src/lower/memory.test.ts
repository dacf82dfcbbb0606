/** Memory: what it lowers to, and what is refused. Its values are checked by test-e2e/golden/dtrace/memory-*.d. */
import { describe, expect, test } from "vitest";
import { codesOf, errorsOf, lowered } from "../test-kit.ts";

describe("errors", () => {
  test.each([
    ["int a[5]; BEGIN { trace(a[5]); }", "D_ARR_BOUNDS"],
    ["int a[5]; BEGIN { trace(a[-1]); }", "D_ARR_BOUNDS"],
    ["int a[x]; BEGIN { }", "D_IDENT_UNDEF"],
    ["int a[-1]; BEGIN { }", "D_DECL_ARRSUB"],
    ["struct s { int a; }; struct s x; BEGIN { trace(x.b); }", "D_TYPE_MEMBER"],
    ["struct s x; BEGIN { }", "D_DECL_INCOMPLETE"],
    ["struct s { int a; }; struct s { int a; }; BEGIN { }", "D_DECL_IDRED"],
    ["struct s { struct t x; }; BEGIN { }", "D_DECL_INCOMPLETE"],
    ["struct s { int a:33; }; BEGIN { }", "D_DECL_BFSIZE"],
    ["struct s { string a:3; }; BEGIN { }", "D_DECL_BFTYPE"],
    ["struct s { int a:3; }; struct s x; BEGIN { trace(&x.a); }", "D_ADDROF_BITFIELD"],
    ["struct s { int a:3; }; BEGIN { trace(offsetof(struct s, a)); }", "D_OFFSETOF_BITFIELD"],
    ["struct s { int a; }; struct s x; BEGIN { x = 1; }", "D_OP_INCOMPAT"],
    ["struct s { int a; }; struct t { int a; }; struct s x; struct t y; BEGIN { x = y; }", "D_OP_INCOMPAT"],
    ["self int a[5]; BEGIN { }", "D_NOT_SUPPORTED"],
    ["BEGIN { p = alloca(4); trace(*p); }", "D_DEREF_VOID"],
    ["BEGIN { p = (int *)alloca(4); q = (char *)alloca(4); trace(p - q); }", "D_OP_INCOMPAT"],
    ["BEGIN { p = (int *)alloca(4); trace(p * 2); }", "D_OP_ARITH"],
    ["BEGIN { tracemem(alloca(4), 0); }", "D_TRACEMEM_SIZE"],
    ["BEGIN { bcopy(1); }", "D_PROTO_LEN"],
    ["char huge[2000000]; BEGIN { }", "D_DECL_ARRSUB"],
  ])("%s", (text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  test("a name that is nearly that of a member", () => {
    expect(errorsOf("struct s { int first; }; struct s x; BEGIN { trace(x.frist); }")).toContain("first");
  });
});

test("variables in memory have their places one after the other, and are no variables of the IR", () => {
  const program = lowered("char c; char d[3]; int e[2]; struct { long f; } g; BEGIN { trace(e[1]); }");
  expect(program.options.memory).toBe(24);
  expect(program.variables.map(({ name }) => name)).toEqual(["c"]);
});

test("scratch memory is as large as the option says", () => {
  expect(lowered("#pragma D option scratchsize=1k\nBEGIN { p = alloca(1024); }").options.scratchSize).toBe(
    1024,
  );
});
