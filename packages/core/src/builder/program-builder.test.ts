import { describe, expect, expectTypeOf, test } from "vitest";
import { validateProgram } from "../ir/validate-program.ts";
import type { Program } from "../ir/program.ts";
import type { Statement } from "../ir/statement.ts";
import {
  and,
  array,
  begin,
  count,
  end,
  error,
  exit,
  global,
  int32,
  int64,
  lquantize,
  not,
  or,
  perFiring,
  perThread,
  printa,
  printf,
  printTable,
  profile,
  program,
  quantize,
  string,
  sum,
  tick,
  trace,
  uint64,
  usdt,
  when,
  type FloatValue,
  type FormatArguments,
  type IntegerValue,
  type StringValue,
} from "./index.ts";

const shop = {
  checkout: ["order: string", "country: string", "cents: int64", "rate: double", "details: json"],
  request__start: ["id: uint32", "flag: int8", "where: pointer"],
} as const;

function expectValid(built: Program): void {
  const json: unknown = JSON.parse(JSON.stringify(built));
  expect(validateProgram(json)).toEqual({ program: json, diagnostics: [] });
}

describe("arguments are typed from the provider's declaration", () => {
  test("by name and type", () => {
    program().on(usdt("shop", shop, "checkout"), ({ args }) => {
      expectTypeOf(args.order).toEqualTypeOf<StringValue>();
      expectTypeOf(args.cents).toEqualTypeOf<IntegerValue<"int64">>();
      expectTypeOf(args.rate).toEqualTypeOf<FloatValue>();
      expectTypeOf(args.details).toEqualTypeOf<StringValue>();
      expectTypeOf<keyof typeof args>().toEqualTypeOf<"order" | "country" | "cents" | "rate" | "details">();
      return [];
    });
    program().on(usdt("shop", shop, "request__start"), ({ args }) => {
      expectTypeOf(args.id).toEqualTypeOf<IntegerValue<"uint32">>();
      expectTypeOf(args.where).toEqualTypeOf<IntegerValue<"uint64">>();
      return [];
    });
  });

  test("a declaration may stand in the call", () => {
    const point = usdt("shop", { paid: ["cents: int32"] }, "paid");
    expectTypeOf(point.arguments.cents).toEqualTypeOf<IntegerValue<"int32">>();
  });

  test("mistakes are the compiler's", () => {
    // @ts-expect-error -- there is no such probe
    expect(() => usdt("shop", shop, "refund")).not.toThrow();
    program().on(usdt("shop", shop, "checkout"), ({ args }) => {
      // @ts-expect-error -- there is no such argument
      expectTypeOf(args.price).toBeAny();
      // @ts-expect-error -- a string is no integer
      expect(() => args.cents.add(args.order)).toThrow(SyntaxError);
      // @ts-expect-error -- an integer is no string
      args.order.equals(args.cents);
      return [];
    });
  });

  test("they are read as their types say", () => {
    const [clause] = program()
      .on(usdt("shop", shop, "request__start"), ({ args }) => [trace(args.flag), trace(args.where)])
      .build().clauses;
    expect(clause?.body.map((one) => (one.kind === "trace" ? one.value : one))).toEqual([
      {
        kind: "cast",
        operand: { kind: "argument", index: 1, type: int64 },
        type: { kind: "integer", bits: 8, signed: true },
      },
      { kind: "cast", operand: { kind: "argument", index: 2, type: int64 }, type: uint64 },
    ]);
    expect(clause?.points).toEqual([
      { kind: "usdt", provider: "shop", module: "", function: "", name: "request__start" },
    ]);
  });
});

describe("formats", () => {
  test("say what they take", () => {
    expectTypeOf<FormatArguments<"%s: %5d %%\n">>().toEqualTypeOf<[StringValue, IntegerValue]>();
    expectTypeOf<FormatArguments<"%-*.2f|">>().toEqualTypeOf<[IntegerValue, FloatValue]>();
    expectTypeOf<FormatArguments<"no conversion">>().toEqualTypeOf<[]>();
    expectTypeOf<FormatArguments<"%q">>().toBeNever();
    program().on(usdt("shop", shop, "checkout"), ({ args }) => {
      // @ts-expect-error -- a value is missing
      expect(() => printf("%s %d\n", args.order)).toThrow("%d has no value");
      // @ts-expect-error -- one too many
      expect(() => printf("%d\n", args.cents, args.cents)).toThrow("leaves 1 values over");
      // @ts-expect-error -- a string is no integer
      expect(() => printf("%d\n", args.order)).toThrow("%d cannot show a string");
      // @ts-expect-error -- no conversion
      expect(() => printf("%q", args.order)).toThrow('"%q" is no conversion');
      return [];
    });
  });

  test("are those of the IR", () => {
    const [clause] = program()
      .on(usdt("shop", shop, "request__start"), ({ args }) => [
        printf("%-8x|%*d%%", args.id, args.flag, args.flag),
      ])
      .build().clauses;
    expect(clause?.body[0]).toMatchObject({
      kind: "printf",
      format: [{ kind: "x", flags: "-", width: 8, bits: 32 }, "|", { kind: "d", width: "*" }, "%"],
    });
  });

  test("of a table have %@", () => {
    const { clauses } = program({ aggregations: { hits: count(string) } })
      .on(end, ({ aggregations }) => [printTable("%-20s %@d\n", aggregations.hits)])
      .build();
    expect(clauses[0]?.body[0]).toEqual({
      kind: "printa",
      aggregations: ["hits"],
      format: [{ kind: "s", flags: "-", width: 20 }, " ", { kind: "d", aggregate: true }, "\n"],
    });
  });
});

test("constants take the type of what they are used with; arithmetic is C's", () => {
  const [clause] = program()
    .on(usdt("shop", shop, "request__start"), ({ args }) => [
      trace(args.flag.add(1)),
      trace(args.id.add(1)),
      trace(args.id.add(2 ** 40)),
      trace(args.where.subtract(args.id)),
      trace(args.flag.lessThan(args.id)),
      trace(args.flag.shiftLeft(args.where)),
    ])
    .build().clauses;
  const types = clause?.body.map((one) =>
    one.kind === "trace" && one.value.type.kind === "integer" ? one.value.type : one,
  );
  expect(types?.map((type) => ("bits" in type ? `${type.signed ? "" : "u"}${type.bits}` : type))).toEqual([
    "32",
    "u32",
    "64",
    "u64",
    "32",
    "32",
  ]);
});

test("variables and aggregations are used with their types", () => {
  const builder = program({
    variables: {
      last: global(string),
      started: perThread(uint64),
      twice: perFiring(int64),
      seen: array([string, int32], int64),
    },
    aggregations: {
      hits: count(),
      cents: quantize(string),
      spread: lquantize({ low: 0, high: 10, step: 1 }),
      total: sum(string, int64),
    },
  });
  builder.on(usdt("shop", shop, "checkout"), ({ args, variables, aggregations }) => {
    expectTypeOf(variables.last.value).toEqualTypeOf<StringValue>();
    expectTypeOf(variables.seen.at("x", 1).value).toEqualTypeOf<IntegerValue>();
    expectTypeOf(aggregations.hits.add).parameters.toEqualTypeOf<[]>();
    // @ts-expect-error -- a key of another type
    variables.seen.at(1, 1);
    // @ts-expect-error -- a key is missing
    expect(() => aggregations.total.by(args.country)).not.toThrow();
    // @ts-expect-error -- it has keys
    expect(aggregations.cents.add).toBeUndefined();
    // @ts-expect-error -- a sum takes no weight
    aggregations.total.by(args.country, args.cents).add(1, 2);
    return [];
  });
});

test("a program of everything is valid", () => {
  const everything = program({
    options: { quiet: true, stringSize: 64 },
    variables: {
      started: perThread(uint64),
      seen: array([string], int64),
      last: global(string),
      twice: perFiring(int64),
    },
    aggregations: { latency: quantize(string), hits: count() },
  })
    .on(begin, () => [printf("go\n")])
    .on(
      usdt("shop*", shop, "checkout", { pid: 7 }),
      ({ args }) =>
        and(args.cents.greaterThan(100), or(not(args.country.equals("DE")), args.order.includes("-"))),
      ({ args, variables, aggregations, timestamp, execname, pid }) => [
        variables.twice.set(args.cents.multiply(2)),
        variables.seen.at(args.country).set(variables.seen.at(args.country).value.add(1)),
        variables.last.set(args.order.substring(-3, 2).concat("!").toUpperCase()),
        aggregations.hits.add(),
        aggregations.latency
          .by(args.country)
          .add(timestamp.subtract(variables.started.value).divide(1000), 2),
        when(args.rate.greaterThan(0.5), [trace(args.rate)], [trace(args.details)]),
        printf(
          "%s %d %s %d %f\n",
          execname,
          pid,
          args.order.basename(),
          args.order.length(),
          args.cents.toFloat(),
        ),
        printf("%d %s\n", args.rate.toInteger().complement().negate(), args.cents.toText()),
      ],
    )
    .on(tick("500ms"), ({ aggregations }) => [
      printa(aggregations.latency),
      aggregations.latency.normalize(1000),
      aggregations.latency.trunc(5),
      aggregations.latency.clear(),
      aggregations.latency.denormalize(),
    ])
    .on(profile("99hz"), () => [exit()])
    .on(error, () => [exit(3)])
    .on(end, ({ aggregations }) => [printTable("%s %@d\n", aggregations.latency)])
    .build();
  expectValid(everything);
  const points = everything.clauses.map(({ points: [point] }) => point);
  expect(points[2]).toEqual({ kind: "timer", mode: "interval", period: 500_000_000, name: "tick-500ms" });
  expect(points[3]).toEqual({ kind: "timer", mode: "profile", period: 10_101_010, name: "profile-99hz" });
});

test("a builder does not change", () => {
  const base = program();
  const longer = base.on(begin, (): Statement[] => [exit(1)]);
  expect(base.build().clauses).toEqual([]);
  expect(longer.build().clauses).toHaveLength(1);
});

test("what is no time is refused", () => {
  // @ts-expect-error -- no unit
  expect(() => tick("5")).toThrow(RangeError);
  expect(() => tick("0s")).toThrow("0s is no time");
});
