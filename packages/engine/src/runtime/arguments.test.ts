import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { int64, normalizeInt, uint8, type ArgumentType, type Expression, type Value } from "@trace/core";
import {
  argument,
  argumentText,
  call,
  cast,
  clause,
  integer,
  point,
  probe,
  program,
  trace,
} from "../test-support/nodes.ts";
import { compile, valuesOf } from "../test-support/run.ts";

/** What `expression` is at a firing of a probe with one argument of `type`. */
function read(
  type: ArgumentType,
  given: unknown,
  expression: Expression = argument(0),
): Value | string | undefined {
  const { engine, host } = compile(program({ clauses: [clause([point], trace(expression))] }));
  engine.bind(probe(type), 10)?.(given);
  return host.faults[0]?.message ?? valuesOf(host)[0]?.[0];
}

describe("an integer is what the native fire makes of it", () => {
  test.each<[ArgumentType, unknown, Value]>([
    ["int8", 200, -56],
    ["uint8", -1, 255],
    ["int16", 40_000, -25_536],
    ["uint16", 70_000, 4464],
    ["int32", 2 ** 31, -(2 ** 31)],
    ["uint32", -1, 4_294_967_295],
    ["int64", 2 ** 53, 9_007_199_254_740_992n],
    ["int64", 2 ** 63, -9_223_372_036_854_775_808n],
    ["uint64", -1, -1],
    ["uint64", 2n ** 63n, -9_223_372_036_854_775_808n],
    ["pointer", 0xdead, 0xdead],
    ["int64", 1.9, 1],
    ["int64", -1.9, -1],
    ["int64", -0, 0],
    ["int32", -0, 0],
    ["int64", 1e30, normalizeInt(BigInt.asIntN(64, BigInt(1e30)))],
    ["int32", Number.NaN, 0],
    ["int64", Number.POSITIVE_INFINITY, 0],
    ["int64", 2n ** 64n + 5n, 5],
    ["int8", 255n, -1],
    ["int64", true, 1],
    ["int32", true, 1],
    ["int64", undefined, 0],
    ["int32", null, 0],
    ["int64", "12", 0],
    ["int32", {}, 0],
    ["int64", Symbol("x"), 0],
  ])("%s of %s", (type, given, expected) => {
    expect(read(type, given)).toBe(expected);
  });

  test("of every width and sign", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<8 | 16 | 32 | 64>(8, 16, 32, 64),
        fc.boolean(),
        fc.bigInt(-(1n << 65n), 1n << 65n),
        (bits, signed, value) => {
          const type = `${signed ? "" : "u"}int${bits}` as ArgumentType;
          const wrapped = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
          expect(BigInt(read(type, value) as number)).toBe(BigInt.asIntN(64, wrapped));
          expect(read(type, normalizeInt(wrapped))).toBe(read(type, value));
        },
      ),
      { numRuns: 200 },
    );
  });
});

test("an argument that the probe does not have is 0", () => {
  expect(read("int32", 5, argument(3))).toBe(0);
});

describe("strings", () => {
  test("are read in place", () => {
    expect(read("string", "für", argumentText(0))).toBe("für");
    expect(read("string", "a\0b", argumentText(0))).toBe("a");
    expect(read("string", undefined, argumentText(0))).toBe("");
    expect(read("string", "x".repeat(300), argumentText(0))).toBe("x".repeat(256));
    expect(read("string", "hello", call("copyinstr", argument(0), integer(3)))).toBe("hel");
    expect(read("string", "hello", call("copyinstr", cast(argument(0), { ...int64, signed: false })))).toBe(
      "hello",
    );
  });

  test("have an address elsewhere, the same for the same text, which leads back to them", () => {
    const { engine, host } = compile(
      program({
        clauses: [
          clause(
            [point],
            trace(argument(0)),
            trace(call("copyinstr", cast(cast(argument(0), int64), int64))),
          ),
        ],
      }),
    );
    const fire = engine.bind(probe("string"), 10);
    for (const given of ["a", "b", "a"]) fire?.(given);
    const [a, b, again] = valuesOf(host).map(([address]) => address);
    expect(a).toBe(again);
    expect(a).not.toBe(b);
    expect(valuesOf(host).map(([, text]) => text)).toEqual(["a", "b", "a"]);
  });

  test("nothing is at another address", () => {
    expect(read("int64", 0, argumentText(0))).toBe("invalid address (0x0)");
    expect(read("int64", -1, argumentText(0))).toBe("invalid address (0xffffffffffffffff)");
    expect(read("int64", 0x4000_0000_0001, argumentText(0))).toBe("invalid address (0x400000000001)");
  });
});

test("JSON is made of a json argument, by the rules of JSON.stringify", () => {
  expect(read("json", { a: [1, "x"] }, argumentText(0))).toBe('{"a":[1,"x"]}');
  expect(read("json", undefined, argumentText(0))).toBe("");
  const circular: { self?: unknown } = {};
  circular.self = circular;
  expect(read("json", circular, argumentText(0))).toBe("");
});

test("a double is its bits, and from them a float again", () => {
  const float = call("bits_to_double", argument(0));
  expect(read("double", 0.5)).toBe(4_602_678_819_172_646_912n);
  expect(read("double", -0, float)).toEqual({ float: -0 });
  expect(read("double", 7n, float)).toEqual({ float: 7 });
  expect(read("double", undefined, float)).toEqual({ float: 0 });
  expect(read("int64", 4_602_678_819_172_646_912n, float)).toEqual({ float: 0.5 });
  expect(read("double", -1.5, cast(float, int64))).toBe(-1);
  expect(read("double", 256, cast(float, uint8))).toBe(0);
  expect(read("double", Number.NaN, cast(float, int64))).toBe(0);
  expect(read("double", 0.1, cast(float, { kind: "float", bits: 32 }))).toEqual({ float: Math.fround(0.1) });
});

test("an argument that is read often is converted once", () => {
  let calls = 0;
  const given = {
    toJSON() {
      calls++;
      return "x";
    },
  };
  const twice = clause([point], trace(argumentText(0)), trace(argumentText(0)));
  const { engine, host } = compile(program({ clauses: [twice] }));
  engine.bind(probe("json"), 10)?.(given);
  expect(valuesOf(host)).toEqual([['"x"', '"x"']]);
  expect(calls).toBe(1);
});
