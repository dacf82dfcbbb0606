import { describe, expect, test } from "vitest";
import { codesOf, lowered } from "../test-kit.ts";

const types = `
struct out { int twice; string name; char low; };
struct in { int a; };
translator struct out < int n > { twice = n * 2; name = "int"; low = n; };
translator struct out < struct in *p > { twice = p->a * 2; };
`;

function valueOf(expression: string): unknown {
  const [clause] = lowered(`${types} BEGIN { trace(${expression}); }`).clauses;
  const [statement] = clause?.body ?? [];
  return statement?.kind === "trace" && "value" in statement.value ? statement.value.value : undefined;
}

test("a member is the expression of the translator, as the member's type", () => {
  expect(valueOf("xlate <struct out> (21).twice")).toBe(42);
  expect(valueOf("xlate <struct out *> (21)->name")).toBe("int");
  expect(valueOf("xlate <struct out> (300).low")).toBe(44);
});

test("the translator is chosen by the type of the value", () => {
  expect(
    codesOf(`${types} BEGIN { p = (struct in *)alloca(4); trace(xlate <struct out> (p).twice); }`),
  ).toEqual([]);
});

describe("errors", () => {
  test.each([
    ["xlate <struct out> (1).none", "D_XLATE_NOCONV"],
    ["xlate <struct out> (execname).twice", "D_XLATE_NONE"],
    ["xlate <int> (1).twice", "D_XLATE_SOU"],
    ["xlate <struct out> (1)", "D_NOT_SUPPORTED"],
  ])("%s: %s", (expression, code) => {
    expect(codesOf(`${types} BEGIN { trace(${expression}); }`)).toEqual([code]);
  });

  test.each([
    ["translator struct out < int n > { twice = 1; };", "D_XLATE_REDECL"],
    ["translator struct out < long n > { none = 1; };", "D_XLATE_MEMB"],
    ["translator int < long n > { none = 1; };", "D_XLATE_SOU"],
  ])("%s: %s", (declaration, code) => {
    expect(codesOf(`${types} ${declaration} BEGIN { }`)).toEqual([code]);
  });
});
