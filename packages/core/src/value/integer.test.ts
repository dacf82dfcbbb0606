import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addInt,
  compareInt,
  intFromJson,
  intToJson,
  multiplyInt,
  normalizeInt,
  wrapInt,
  type Int,
} from "./integer.ts";
import { int64, uint64, type IntegerType } from "./type.ts";

const anyBig = fc.oneof(
  fc.bigInt(-(1n << 63n), (1n << 64n) - 1n),
  fc.bigInt(-10n, 10n),
  fc.constantFrom(53n, 62n, 63n).chain((power) => fc.bigInt(-3n, 3n).map((near) => (1n << power) + near)),
);
const signed = anyBig.map((value) => BigInt.asIntN(64, value));
const unsigned = anyBig.map((value) => BigInt.asUintN(64, value));

function isCanonical(value: Int): boolean {
  return typeof value === "number"
    ? Number.isSafeInteger(value) && !Object.is(value, -0)
    : !Number.isSafeInteger(Number(value)) || BigInt(Number(value)) !== value;
}

test("an integer has one representation: a number exactly while it is safe", () => {
  expect(normalizeInt(9007199254740991n)).toBe(9007199254740991);
  expect(normalizeInt(9007199254740992n)).toBe(9007199254740992n);
  expect(normalizeInt(-9007199254740992n)).toBe(-9007199254740992n);
  fc.assert(
    fc.property(signed, (value) => {
      expect(BigInt(normalizeInt(value))).toBe(value);
    }),
  );
});

test("sums and products wrap at 64 bits", () => {
  fc.assert(
    fc.property(signed, signed, unsigned, unsigned, (a, b, c, d) => {
      const results: [Int, bigint][] = [
        [addInt(normalizeInt(a), normalizeInt(b)), BigInt.asIntN(64, a + b)],
        [multiplyInt(normalizeInt(a), normalizeInt(b)), BigInt.asIntN(64, a * b)],
        [addInt(normalizeInt(c), normalizeInt(d), false), BigInt.asUintN(64, c + d)],
        [multiplyInt(normalizeInt(c), normalizeInt(d), false), BigInt.asUintN(64, c * d)],
      ];
      for (const [got, expected] of results) {
        expect(BigInt(got)).toBe(expected);
        expect(isCanonical(got)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

test("wrapping to a type is what a cast does in C", () => {
  const types = ([8, 16, 32, 64] as const).flatMap((bits) =>
    [true, false].map((isSigned): IntegerType => ({ kind: "integer", bits, signed: isSigned })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...types), anyBig, (type, value) => {
      const got = wrapInt(normalizeInt(value), type);
      expect(BigInt(got)).toBe(
        type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value),
      );
      expect(isCanonical(got)).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(wrapInt(-1, uint64)).toBe(18446744073709551615n);
  expect(wrapInt(18446744073709551615n, int64)).toBe(-1);
});

test("order", () => {
  fc.assert(
    fc.property(anyBig, anyBig, (a, b) => {
      expect(Math.sign(compareInt(normalizeInt(a), normalizeInt(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test("JSON keeps every integer", () => {
  fc.assert(
    fc.property(anyBig, (value) => {
      const int = normalizeInt(value);
      expect(intFromJson(JSON.parse(JSON.stringify(intToJson(int))) as number | string)).toBe(int);
    }),
  );
  expect(() => intFromJson("12x")).toThrow(SyntaxError);
});
