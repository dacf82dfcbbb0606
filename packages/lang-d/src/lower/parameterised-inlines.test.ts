import { expect, test } from "vitest";
import { codesOf, lowered } from "../test-kit.ts";

const inlines = "inline int sum[int a, int b] = a + b; inline int twice[char n] = sum[n, n];";

test.each([
  ["sum[1, 2]", 3],
  ["sum[sum[1, 2], 4]", 7],
  ["twice[257]", 2],
])("%s is %d", (expression, expected) => {
  const [clause] = lowered(`${inlines} BEGIN { trace(${expression}); }`).clauses;
  expect(clause?.body[0]).toMatchObject({ value: { value: expected } });
});

test.each([
  [`${inlines} BEGIN { trace(sum[1]); }`, "D_PROTO_LEN"],
  [`${inlines} BEGIN { trace(sum[1, "x"]); }`, "D_PROTO_ARG"],
  ["inline int f[int] = 1; BEGIN { }", "D_DECL_PARMNAME"],
  ["inline int f[int a] = a; inline int f[int a] = a; BEGIN { }", "D_DECL_IDRED"],
  ["inline string f[int a] = a; BEGIN { trace(f[1]); }", "D_OP_INCOMPAT"],
])("%s: %s", (text, code) => {
  expect(codesOf(text)).toEqual([code]);
});

test("one that uses itself has no end, and is refused", () => {
  expect(codesOf("inline int f[int a] = f[a]; BEGIN { trace(f[1]); }")).toEqual(["D_VAR_UNDEF"]);
});

test("those that double at each use are refused before they fill the memory", () => {
  const names = Array.from(
    { length: 40 },
    (_, at) => `inline int f${at + 1}[int a] = f${at}[a] + f${at}[a];`,
  );
  expect(codesOf(`inline int f0[int a] = a; ${names.join(" ")} BEGIN { trace(f40[1]); }`)).toEqual([
    "D_ID_OFLOW",
  ]);
});
