import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  int32,
  int64,
  normalizeInt,
  uint64,
  validateProgram,
  type BinaryOperator,
  type Expression,
  type IntegerType,
} from "@trace/core";
import {
  argument,
  binary,
  cast,
  clause,
  conditional,
  integer,
  point,
  probe,
  program,
  trace,
} from "../test-support/nodes.ts";
import { compile, evaluate, valuesOf } from "../test-support/run.ts";

const types: readonly IntegerType[] = ([8, 16, 32, 64] as const).flatMap((bits) =>
  [true, false].map((signed) => ({ kind: "integer" as const, bits, signed })),
);

const operators: readonly BinaryOperator[] = [
  ...(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"] as const),
  ...(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "^^"] as const),
];

function wrap(value: bigint, type: IntegerType): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

class DivideByZero extends Error {}

/** What an operator means, on integers without a width. */
function operate(operator: BinaryOperator, left: bigint, right: () => bigint): bigint {
  const truth = (value: boolean): bigint => (value ? 1n : 0n);
  switch (operator) {
    case "+":
      return left + right();
    case "-":
      return left - right();
    case "*":
      return left * right();
    case "/":
    case "%": {
      const divisor = right();
      if (divisor === 0n) throw new DivideByZero();
      return operator === "/" ? left / divisor : left % divisor;
    }
    case "&":
      return left & right();
    case "|":
      return left | right();
    case "^":
      return left ^ right();
    case "<<":
      return left << BigInt.asUintN(6, right());
    case ">>":
      return left >> BigInt.asUintN(6, right());
    case "==":
      return truth(left === right());
    case "!=":
      return truth(left !== right());
    case "<":
      return truth(left < right());
    case "<=":
      return truth(left <= right());
    case ">":
      return truth(left > right());
    case ">=":
      return truth(left >= right());
    case "&&":
      return truth(left !== 0n && right() !== 0n);
    case "||":
      return truth(left !== 0n || right() !== 0n);
    case "^^":
      return truth((left !== 0n) !== (right() !== 0n));
  }
}

/** The value of an expression in plain bigint arithmetic: what the generated code must agree with. */
function meaning(expression: Expression, given: readonly bigint[]): bigint {
  const type = expression.type as IntegerType;
  switch (expression.kind) {
    case "integer":
      return BigInt(expression.value);
    case "argument":
      return given[expression.index] ?? 0n;
    case "unary": {
      const value = meaning(expression.operand, given);
      const { operator } = expression;
      return wrap(operator === "-" ? -value : operator === "~" ? ~value : value === 0n ? 1n : 0n, type);
    }
    case "cast":
      return wrap(meaning(expression.operand, given), type);
    case "conditional":
      return meaning(
        meaning(expression.condition, given) === 0n ? expression.otherwise : expression.then,
        given,
      );
    case "binary":
      return wrap(
        operate(expression.operator, meaning(expression.left, given), () => meaning(expression.right, given)),
        type,
      );
    default:
      throw new Error(`not generated: ${expression.kind}`);
  }
}

/** Integers around the places where widths end. */
const interesting = fc.oneof(
  fc.bigInt(-(1n << 63n), (1n << 64n) - 1n),
  fc.bigInt(-130n, 130n),
  fc
    .tuple(
      fc.constantFrom(7n, 8n, 15n, 16n, 31n, 32n, 52n, 53n, 62n, 63n, 64n),
      fc.bigInt(-2n, 2n),
      fc.boolean(),
    )
    .map(([power, near, negative]) => (negative ? -(1n << power) : 1n << power) + near),
);

function literal(type: IntegerType): fc.Arbitrary<Expression> {
  return interesting.map((value) => integer(normalizeInt(wrap(value, type)), type));
}

/** Expressions of `type`, of any shape. */
function expressionOf(type: IntegerType, depth: number): fc.Arbitrary<Expression> {
  const leaf = fc.oneof(
    literal(type),
    fc.nat(2).map((index) => cast(argument(index), type)),
  );
  if (depth === 0) return leaf;
  const inner = expressionOf(type, depth - 1);
  const other = fc.constantFrom(...types).chain((from) => expressionOf(from, depth - 1));
  const arithmetic = fc.constantFrom<BinaryOperator>("+", "-", "*", "/", "%", "&", "|", "^");
  return fc.oneof(
    { weight: 1, arbitrary: leaf },
    { weight: 6, arbitrary: fc.tuple(arithmetic, inner, inner).map(([op, a, b]) => binary(op, a, b, type)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom<BinaryOperator>("<<", ">>"), inner, other)
        .map(([op, a, b]) => binary(op, a, b, type)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom<BinaryOperator>("<", "==", ">=", "!=", "&&", "||", "^^"),
          other.chain((one) =>
            expressionOf(one.type as IntegerType, depth - 1).map((two) => [one, two] as const),
          ),
        )
        .map(([op, [a, b]]) => cast(binary(op, a, b, int32), type)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("-" as const, "~" as const, "!" as const), inner)
        .map(([operator, operand]): Expression => ({ kind: "unary", operator, operand, type })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(other, inner, inner)
        .map(([test, then, otherwise]) => conditional(test, then, otherwise)),
    },
    { weight: 2, arbitrary: other.map((operand) => cast(operand, type)) },
  );
}

/** Runs `expression` at a probe with three int64 arguments, and what it means beside it. */
function expectAgreement(expression: Expression, given: readonly bigint[]): void {
  const source = program({ clauses: [clause([point], trace(expression))] });
  expect(validateProgram(source).diagnostics).toEqual([]);
  const { engine, host } = compile(source);
  engine.bind(probe("int64", "int64", "int64"), 9)?.(...given.map(normalizeInt));
  const got = host.faults[0]?.code ?? valuesOf(host)[0]?.[0];
  let expected: unknown;
  try {
    expected = normalizeInt(meaning(expression, given));
  } catch (error) {
    if (!(error instanceof DivideByZero)) throw error;
    expected = "RUNTIME_DIVIDE_BY_ZERO";
  }
  expect(got).toBe(expected);
}

const given = fc.array(
  interesting.map((value) => BigInt.asIntN(64, value)),
  { minLength: 3, maxLength: 3 },
);

describe("two's complement at every width and sign", () => {
  for (const type of types) {
    for (const operator of operators) {
      test(`${type.signed ? "int" : "uint"}${type.bits} ${operator}`, () => {
        const operand = fc.oneof(
          fc.nat(2).map((index) => cast(argument(index), type)),
          literal(type),
        );
        fc.assert(
          fc.property(operand, operand, given, (left, right, values) => {
            expectAgreement(binary(operator, left, right), values);
          }),
          { numRuns: 40 },
        );
      });
    }
  }

  test("expressions of any shape", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...types).chain((type) => expressionOf(type, 3)),
        given,
        expectAgreement,
      ),
      { numRuns: 2000 },
    );
  });
});

test("the least integer divided by -1 is itself", () => {
  const least = -(1n << 63n);
  expect(evaluate(binary("/", integer(least), integer(-1)))).toBe(least);
  expect(evaluate(binary("%", integer(least), integer(-1)))).toBe(0);
  expect(evaluate(binary("/", integer(-2147483648, int32), integer(-1, int32)))).toBe(-2147483648);
});

test("a shift takes its count modulo 64, as DTrace does on x86-64", () => {
  expect(evaluate(binary("<<", integer(1), integer(65)))).toBe(2);
  expect(evaluate(binary("<<", integer(1), integer(-1)))).toBe(-(1n << 63n));
  expect(evaluate(binary("<<", integer(1, int32), integer(33, int32)))).toBe(0);
  expect(evaluate(binary(">>", integer(-8, int32), integer(33, int32)))).toBe(-1);
  expect(evaluate(binary(">>", integer(normalizeInt((1n << 64n) - 1n), uint64), integer(63)))).toBe(1);
});

test("what is provably exact costs no check", () => {
  const small = cast(argument(0), int32);
  const sum = binary("+", cast(small, int64), integer(1), int64);
  const { engine } = compile(
    program({ clauses: [clause([point], trace(binary("*", sum, integer(1000), int64)))] }),
  );
  engine.bind(probe("int32"), 9);
  expect(engine.text).not.toMatch(/addInt|multiplyInt|wrapInt/);
});
