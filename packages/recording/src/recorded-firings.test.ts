import {
  int32,
  int64,
  matchProbe,
  string,
  uint8,
  validateProgram,
  type ArgumentType,
  type Expression,
  type ProbeDescription,
  type Program,
  type RecordEvent,
  type Value,
} from "@trace/core";
import { describe, expect, it } from "vitest";
import { rawProgram } from "./raw-program.ts";
import { recordedFirings } from "./recorded-firings.ts";

function probeOf(name: string, types: readonly ArgumentType[], pid = 7): ProbeDescription {
  return {
    family: "usdt",
    provider: "shop",
    module: `${pid}-shop.so`,
    function: "",
    name,
    arguments: types.map((type) => ({ type })),
    pid,
  };
}

const buy = probeOf("buy", ["string", "int32", "uint64", "double", "json", "pointer", "uint8"]);

const argument = (index: number): Expression => ({ kind: "argument", index, type: int64 });

/** A program whose only clause, of all probes of `shop`, traces `values`. */
function tracing(...values: readonly Expression[]): Program {
  return {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: [],
    clauses: [
      {
        points: [{ kind: "usdt", provider: "shop*", module: "", function: "", name: "" }],
        body: values.map((value) => ({ kind: "trace", value })),
      },
    ],
  };
}

/** A record of a firing by the first clause of `program`, of which each statement has all of `values`. */
function recordOf(program: Program, values: readonly Value[]): RecordEvent {
  const items = (program.clauses[0]?.body ?? []).map((statement) => ({
    statement: statement as never,
    values,
  }));
  return { type: "record", clause: 0, probe: buy, probeId: 4, items };
}

describe("a program that records all", () => {
  it("is valid, and gives back every argument", () => {
    const program = rawProgram(["shop*:::"], [buy]);
    expect(validateProgram(program).diagnostics).toEqual([]);
    const firings = recordedFirings(program, buy);
    const values = ["A", -5, 18446744073709551615n, { float: 0.5 }, "[1]", 4096, 255];
    expect(firings?.read(recordOf(program, values))).toEqual(values);
    expect(firings?.probe.arguments.map(({ type }) => type)).toEqual([
      "string",
      "int32",
      "uint64",
      "double",
      "string",
      "pointer",
      "uint8",
    ]);
  });

  it("has one clause for probes of several processes, also later ones, and one for each list of arguments", () => {
    const program = rawProgram(
      ["shop*:::"],
      [buy, { ...buy, pid: 8, module: "8-shop.so" }, probeOf("buy", [], 9), probeOf("sell", [])],
    );
    expect(program.clauses.length).toBe(3);
    const later = { ...buy, pid: 10, module: "10-shop.so" };
    expect(program.clauses[0]?.points.some((point) => matchProbe(point, later))).toBe(true);
  });

  it("stays with the process that a pattern names", () => {
    const program = rawProgram(["shop7:::buy"], [buy]);
    const [point] = program.clauses[0]?.points ?? [];
    expect(point !== undefined && matchProbe(point, buy)).toBe(true);
    expect(point !== undefined && matchProbe(point, { ...buy, pid: 8 })).toBe(false);
  });

  it("keeps a pattern without probes, for it to be refused", () => {
    expect(rawProgram(["shop*:::no-such"], []).clauses[0]?.points).toEqual([
      { kind: "usdt", provider: "shop*", module: "", function: "", name: "no__such" },
    ]);
  });
});

describe("the arguments of a firing", () => {
  it("are those that were put out as they are", () => {
    const copied: Expression = {
      kind: "call",
      function: "copyinstr",
      arguments: [argument(0)],
      type: string,
    };
    const narrow = (index: number): Expression => ({ kind: "cast", operand: argument(index), type: int32 });
    const firings = recordedFirings(tracing(copied, narrow(1), narrow(2), argument(3), narrow(6)), buy);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((index) => firings?.has(index))).toEqual([
      true,
      true,
      // 64 bits, of which 32 are gone.
      false,
      // The bits of a float, by its number: not told as they are.
      false,
      false,
      false,
      true,
      // The probe has no such argument: it is zero anywhere.
      true,
    ]);
  });

  it("are not those of a cast that may change them, or of what was computed", () => {
    const cast: Expression = { kind: "cast", operand: argument(1), type: uint8 };
    const sum: Expression = {
      kind: "binary",
      operator: "+",
      left: argument(1),
      right: argument(1),
      type: int64,
    };
    expect(recordedFirings(tracing(cast, sum), buy)?.has(1)).toBe(false);
  });

  it("are not told by a clause that does not always put something out", () => {
    const program = tracing(argument(1));
    const [clause] = program.clauses;
    if (clause === undefined) throw new Error("the program has a clause");
    const withPredicate = { ...program, clauses: [{ ...clause, predicate: argument(1) }] };
    // oxlint-disable-next-line unicorn/no-thenable -- the name of the IR
    const inside = { kind: "if", condition: argument(1), then: clause.body, otherwise: [] } as const;
    expect(recordedFirings(withPredicate, buy)).toBeUndefined();
    expect(recordedFirings({ ...program, clauses: [{ ...clause, body: [inside] }] }, buy)).toBeUndefined();
    expect(recordedFirings({ ...program, clauses: [...withPredicate.clauses, clause] }, buy)?.clause).toBe(1);
  });
});
