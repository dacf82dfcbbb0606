import fc from "fast-check";
import { expect, test } from "vitest";
import { normalizeInt } from "./integer.ts";
import { float64, int32, int64, sameType, string, typeName, uint8, type Type } from "./type.ts";
import { isInt, valueFromJson, valueToJson, type Value, type ValueJson } from "./value.ts";

const int = fc.bigInt(-(1n << 63n), (1n << 64n) - 1n).map(normalizeInt);
const value: fc.Arbitrary<Value> = fc.oneof(
  int,
  fc.string({ unit: "binary" }),
  fc.double().map((float) => ({ float })),
  fc
    .array(
      fc.record(
        { address: int, module: fc.string(), symbol: fc.string(), offset: fc.nat() },
        { requiredKeys: ["address"] },
      ),
    )
    .map((frames) => ({ frames })),
);

test("JSON keeps every value", () => {
  fc.assert(
    fc.property(value, (one) => {
      const json = JSON.parse(JSON.stringify(valueToJson(one))) as ValueJson;
      expect(valueFromJson(json)).toEqual(one);
    }),
    { numRuns: 500 },
  );
});

test("infinite floats, NaN and the negative zero survive", () => {
  for (const float of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0])
    expect(valueFromJson(valueToJson({ float }))).toEqual({ float });
});

test("integers are numbers and bigints, nothing else", () => {
  expect([1, 1n].every(isInt)).toBe(true);
  expect(isInt("1")).toBe(false);
  expect(isInt({ float: 1 })).toBe(false);
});

test("types are the same by what they say", () => {
  const user: Type = { kind: "stack", space: "user", depth: 5 };
  expect(sameType(int32, { kind: "integer", bits: 32, signed: true })).toBe(true);
  expect(sameType(int32, int64)).toBe(false);
  expect(sameType(user, { ...user })).toBe(true);
  expect(sameType(user, { ...user, depth: 6 })).toBe(false);
  expect(sameType(float64, { kind: "float", bits: 32 })).toBe(false);
  expect([int64, uint8, float64, string, user].map(typeName)).toEqual([
    "int64",
    "uint8",
    "double",
    "string",
    "stack",
  ]);
});
