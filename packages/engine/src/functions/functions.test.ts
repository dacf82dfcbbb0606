/** The functions of the IR as programs see them. Values named "reference" were printed by DTrace 2.0.7. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeText,
  encodeText,
  int32,
  int64,
  normalizeInt,
  uint64,
  type Expression,
  type FunctionName,
  type Value,
} from "@trace/core";
import { binary, call, integer, text } from "../test-support/nodes.ts";
import { evaluate } from "../test-support/run.ts";

function value(name: FunctionName, ...given: readonly (string | number | bigint)[]): Value | undefined {
  const nodes = given.map((one): Expression => (typeof one === "string" ? text(one) : integer(one, int64)));
  return evaluate(call(name, ...nodes));
}

describe("reference", () => {
  test.each<[FunctionName, (string | number)[], Value]>([
    ["strjoin", ["ab", "cd"], "abcd"],
    ["basename", ["/a/b/c.txt"], "c.txt"],
    ["basename", ["/"], "/"],
    ["basename", ["a"], "a"],
    ["basename", ["/a/"], "a"],
    ["basename", [""], "."],
    ["basename", ["///"], "/"],
    ["basename", ["a//b//"], "b"],
    ["dirname", ["/a/b/c.txt"], "/a/b"],
    ["dirname", ["a"], "."],
    ["dirname", ["/"], "/"],
    ["dirname", ["/a"], "/"],
    ["dirname", ["a/"], "."],
    ["dirname", ["/a/b/"], "/a"],
    ["dirname", [""], "."],
    ["cleanpath", ["/a/./b/../c"], "/a/c"],
    ["cleanpath", ["/foo/bar/.."], "/foo"],
    ["cleanpath", ["a/../b"], "b"],
    ["cleanpath", ["/a/b/."], "/a/b"],
    ["cleanpath", ["../a"], "../a"],
    ["cleanpath", ["./a"], "a"],
    ["cleanpath", ["/.."], "/"],
    ["cleanpath", ["//a///b/"], "/a/b"],
    ["cleanpath", [""], ""],
    ["cleanpath", ["a/.."], "."],
    ["cleanpath", ["a/../.."], ".."],
    ["cleanpath", ["../.."], "../.."],
    ["cleanpath", ["/../a"], "/a"],
    ["cleanpath", ["../../a/.."], "../.."],
    ["cleanpath", ["/.a/..b"], "/.a/..b"],
    ["cleanpath", ["/..."], "/..."],
    ["lltostr", [42], "42"],
    ["lltostr", [-42], "-42"],
    ["strlen", ["hello"], 5],
    ["index", ["hello", "l"], 2],
    ["index", ["hello world", "o", 5], 7],
    ["index", ["hello world", "o", -3], 4],
    ["index", ["hello world", "", 3], 3],
    ["index", ["hello world", "", 50], -1],
    ["index", ["", ""], 0],
    ["rindex", ["hello", "l"], 3],
    ["rindex", ["hello world", "o", 5], 4],
    ["rindex", ["hello world", "o", -3], -1],
    ["rindex", ["hello world", "", 3], 3],
    ["rindex", ["hello world", "", 50], 11],
    ["rindex", ["hello world", "", -2], -1],
    ["rindex", ["hello world", ""], 11],
    ["rindex", ["hello world", "hello", -1], -1],
    ["substr", ["hello", 1], "ello"],
    ["substr", ["hello", 1, 3], "ell"],
    ["substr", ["hello", -3], "llo"],
    ["substr", ["hello", 0, 2], "he"],
    ["substr", ["hello", -2, 1], "l"],
    ["substr", ["hello", -7, 4], "he"],
    ["substr", ["hello", 2, -1], "ll"],
    ["substr", ["hello", 5], ""],
    ["substr", ["hello", 6], ""],
    ["substr", ["hello", 1, 0], ""],
    ["substr", ["hello", 0, -10], ""],
    ["substr", ["hello", -9, 2], ""],
    ["substr", ["hello", 1, 100], "ello"],
    ["substr", ["hello", -7], "hello"],
    ["substr", ["hello", -4, -1], "ell"],
    ["substr", ["hello", -7, -1], ""],
    ["strchr", ["hello", 108], "llo"],
    ["strchr", ["hello", 256 + 108], "llo"],
    ["strrchr", ["hello", 108], "lo"],
    ["strstr", ["hello world", "wor"], "world"],
    ["strstr", ["hello", ""], "hello"],
  ])("%s of %o is %o", (name, given, expected) => {
    expect(value(name, ...given)).toBe(expected);
  });
});

test.each<[FunctionName, (string | number | bigint)[], Value]>([
  ["strchr", ["hello", 122], ""],
  ["strrchr", ["hello", 0], ""],
  ["strstr", ["hello", "z"], ""],
  ["lltostr", [255, 16], "ff"],
  ["lltostr", [-1, 16], "ffffffffffffffff"],
  ["lltostr", [-9223372036854775808n], "-9223372036854775808"],
  ["lltostr", [10, 1], "10"],
  ["strtoll", ["123abc"], 123],
  ["strtoll", ["  -42"], -42],
  ["strtoll", ["0x1f", 16], 31],
  ["strtoll", ["1f", 16], 31],
  ["strtoll", ["0x", 16], 0],
  ["strtoll", ["zz", 36], 1295],
  ["strtoll", ["none"], 0],
  ["strtoll", ["99999999999999999999"], 9223372036854775807n],
  ["strtoll", ["-99999999999999999999"], -9223372036854775808n],
  ["tolower", ["AbC Äß"], "abc Äß"],
  ["toupper", ["AbC äß"], "ABC äß"],
])("%s of %o is %o", (name, given, expected) => {
  expect(value(name, ...given)).toBe(expected);
});

/** Strings as kernels have them: any bytes but NUL. */
const bytes = fc
  .array(
    fc.oneof(fc.integer({ min: 1, max: 127 }), fc.constantFrom(0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xff, 0x61)),
    { maxLength: 12 },
  )
  .map((list) => Buffer.from(list));

describe("strings are bytes", () => {
  test("whatever the bytes are", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: -14, max: 14 }), (a, b, at) => {
        const [left, right] = [decodeText(a), decodeText(b)];
        expect(value("strlen", left)).toBe(a.length);
        expect(Buffer.from(encodeText(value("strjoin", left, right) as string))).toEqual(
          Buffer.concat([a, b]),
        );
        expect(value("strjoin", left, right)).toBe(decodeText(Buffer.concat([a, b])));
        expect(value("index", left, right)).toBe(a.indexOf(b));
        expect(value("rindex", left, right)).toBe(a.lastIndexOf(b));
        const from = at < 0 ? Math.max(a.length + at, 0) : at;
        expect(value("substr", left, at)).toBe(decodeText(a.subarray(from)));
        expect(value("strstr", left, right)).toBe(a.includes(b) ? decodeText(a.subarray(a.indexOf(b))) : "");
        const code = a[0] ?? 1;
        expect(value("strrchr", left, code)).toBe(
          a.length === 0 ? "" : decodeText(a.subarray(a.lastIndexOf(code))),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("and are ordered by them", () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [left, right] = [text(decodeText(a)), text(decodeText(b))];
        const order = Buffer.compare(a, b);
        expect(evaluate(binary("<", left, right, int32))).toBe(order < 0 ? 1 : 0);
        expect(evaluate(binary(">=", left, right, int32))).toBe(order >= 0 ? 1 : 0);
        expect(evaluate(binary("==", left, right, int32))).toBe(order === 0 ? 1 : 0);
      }),
    );
  });

  test("results are cut to stringSize", () => {
    const parts = { options: { stringSize: 4 } };
    expect(evaluate(call("strjoin", text("abc"), text("def")), parts)).toBe("abcd");
    expect(evaluate(call("lltostr", integer(123456)), parts)).toBe("1234");
    expect(evaluate(text("hello"), parts)).toBe("hell");
    expect(evaluate(text("a\0b"), parts)).toBe("a");
  });
});

test("an integer in decimal reads back", () => {
  fc.assert(
    fc.property(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n).map(normalizeInt), (int) => {
      expect(evaluate(call("strtoll", call("lltostr", integer(int))))).toBe(int);
    }),
  );
});

describe("json", () => {
  const text = '{"a": [1, {"b": "x y", "n": null}], "t": true, "o": {"p": 1}, "e.f": 2}';
  test.each([
    ["a[0]", "1"],
    ["a[1].b", "x y"],
    ["a[1].n", "null"],
    ["t", "true"],
    ["o", '{"p":1}'],
    ["a", '[1,{"b":"x y","n":null}]'],
    ["a[2]", ""],
    ["a.0", ""],
    ["b", ""],
    ["a[", ""],
    ["toString", ""],
  ])("%s is %s", (path, expected) => {
    expect(value("json", text, path)).toBe(expected);
  });

  test("what is no JSON has no elements", () => {
    expect(value("json", "{", "a")).toBe("");
  });
});

test("reversing bytes twice changes nothing", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (number) => {
      const given: Expression = { kind: "integer", value: number.toString(), type: uint64 };
      expect(evaluate(call("htonll", call("htonll", given)))).toBe(normalizeInt(number));
    }),
  );
});

test("random integers are int32 and differ", () => {
  const numbers = Array.from({ length: 50 }, () => Number(evaluate(call("rand"))));
  expect(numbers.every((one) => one === (one | 0))).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(1);
});
