import fc from "fast-check";
import { expect, test } from "vitest";
import { asInteger, member, readJson } from "./read-json.ts";

test("integers are exact, however they are written", () => {
  const json = readJson(
    '{"type": "value", "data": [18446744073709551615, "9007199254740993", -5, true, 1e3]}',
  );
  const data = member(json, "data");
  expect(Array.isArray(data) && data.map(asInteger)).toEqual([
    18446744073709551615n,
    9007199254740993n,
    -5,
    1,
    1000,
  ]);
});

test("bytes that bpftrace writes sign-extended are put together again", () => {
  expect(readJson(String.raw`"caf\uffffffc3\uffffffa9 \u0001 \uffffffff"`)).toBe("café \u0001 \udcff");
  expect(readJson(String.raw`"\\uffffffc3"`)).toBe("\\uffffffc3");
});

test("members that repeat a name are all kept", () => {
  expect(readJson('{"a": 1, "a": 2}')).toEqual({
    members: [
      ["a", 1],
      ["a", 2],
    ],
  });
});

test("what is no JSON is undefined, and nothing throws", () => {
  for (const text of [
    "",
    "{",
    '{"a"',
    '{"a": }',
    "[1,",
    "[1 2]",
    '"a',
    '"\\u12"',
    "nul",
    "1 2",
    "[".repeat(1000),
  ])
    expect(readJson(text)).toBeUndefined();
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readJson(text)));
});

test("it reads what JSON.stringify writes", () => {
  const value = fc.oneof(fc.maxSafeInteger(), fc.string(), fc.boolean());
  fc.assert(
    fc.property(fc.array(value), (array) => {
      expect(readJson(JSON.stringify(array))).toEqual(array);
    }),
  );
});
