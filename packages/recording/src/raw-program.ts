/** The program of a recording without a program: every firing of the probes, with all arguments. */
import {
  argumentValueType,
  int64,
  matchGlob,
  matchProbe,
  sameType,
  string,
  type Clause,
  type ConversionKind,
  type Expression,
  type PrintfFormat,
  type ProbeArgument,
  type ProbeDescription,
  type Program,
  type UsdtPoint,
} from "@trace/core";

/**
 * A program that records each firing of the probes that `patterns` name, with all of its arguments as they were declared.
 * Patterns are as in D: `provider:module:function:name`, fewer parts are the last ones, an empty part is any. `probes`
 * are those that exist; a pattern of which none is there stays a clause that no probe matches.
 */
export function rawProgram(patterns: readonly string[], probes: readonly ProbeDescription[]): Program {
  const left = new Set(probes);
  const clauses = patterns.map(parsePattern).flatMap((pattern): Clause[] => {
    const matched = [...left].filter((probe) => matchProbe(pattern, probe));
    for (const probe of matched) left.delete(probe);
    if (matched.length === 0) return [{ points: [pattern], body: [{ kind: "default" }] }];
    return groupBySignature(matched).map(([probe, ...others]) => ({
      points: [probe, ...others].map((one) => pointOf(one, pattern)),
      body: [
        {
          kind: "printf",
          format: [`${probe.name}(`, ...probe.arguments.flatMap(argumentFormat), ")\n"],
          arguments: probe.arguments.map(({ type }, index) => argumentExpression(type, index)),
        },
      ],
    }));
  });
  return {
    version: 1,
    style: "dtrace",
    options: { quiet: true },
    variables: [],
    aggregations: [],
    clauses,
  };
}

function parsePattern(text: string): UsdtPoint {
  const parts = text.split(":").reverse();
  const [name = "", fn = "", module = "", provider = ""] = parts;
  return { kind: "usdt", provider, module, function: fn, name: name.replaceAll("-", "__") };
}

/** Probes of one name and one list of arguments share a clause. */
function groupBySignature(
  probes: readonly ProbeDescription[],
): readonly (readonly [ProbeDescription, ...ProbeDescription[]])[] {
  const groups = new Map<string, [ProbeDescription, ...ProbeDescription[]]>();
  for (const probe of probes) {
    const signature = JSON.stringify([probe.name, probe.arguments]);
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [probe]);
    else group.push(probe);
  }
  return [...groups.values()];
}

/** As wide as the pattern where it can be: a process that starts later may have the probe, too. */
function pointOf({ provider, name, pid }: ProbeDescription, pattern: UsdtPoint): UsdtPoint {
  const ofProcess = pid !== undefined && !matchGlob(pattern.provider, provider);
  return { ...pattern, provider, name, ...(ofProcess ? { pid } : {}) };
}

function argumentFormat(argument: ProbeArgument, index: number): PrintfFormat {
  const label = `${index === 0 ? "" : ", "}${argument.name ?? `arg${index}`}=`;
  return [label, { kind: conversionOf(argument.type) }];
}

function conversionOf(type: ProbeArgument["type"]): ConversionKind {
  switch (type) {
    case "string":
    case "json":
      return "s";
    case "double":
      return "g";
    case "pointer":
      return "p";
    default:
      return type.startsWith("u") ? "u" : "d";
  }
}

function argumentExpression(type: ProbeArgument["type"], index: number): Expression {
  const argument: Expression = { kind: "argument", index, type: int64 };
  const value = argumentValueType(type);
  switch (value.kind) {
    case "string":
      return { kind: "call", function: "copyinstr", arguments: [argument], type: string };
    case "float":
      return { kind: "call", function: "bits_to_double", arguments: [argument], type: value };
    case "integer":
      return sameType(value, int64) ? argument : { kind: "cast", operand: argument, type: value };
  }
}
