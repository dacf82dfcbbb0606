/** The values of a message, as the program means them. */
import {
  defaultOptions,
  int64,
  truncateText,
  wrapInt,
  type Expression,
  type ProbeArgument,
  type ProbeDescription,
  type Program,
  type ProgramOptions,
  type Statement,
  type Type,
  type Value,
} from "@trace/core";
import { compileProgram, programProbes, type EngineHost } from "@trace/engine";
import { partName, type OutputValue, type SentValue } from "../compile/messages.ts";
import { asInteger, type Json } from "./read-json.ts";

/** Reads one value out of those of a message. */
export type ValueReader = (sent: readonly Json[]) => Value;

/** How to read `value`. What the host must compute is computed by the engine, from the values sent as arguments. */
export function valueReader(value: OutputValue, options: ProgramOptions): ValueReader {
  const textSize = options.stringSize ?? defaultOptions.stringSize;
  if (value.kind === "sent") return (sent) => readValue(sent, value, textSize);
  const { expression, parts } = value;
  const compute = computation(
    expression,
    parts.map((part) => part.type),
    options,
  );
  return (sent) => compute(parts.map((part) => readValue(sent, part, textSize)));
}

function readValue(sent: readonly Json[], { index, type }: SentValue, textSize: number): Value {
  const json = sent[index];
  if (type.kind === "string") return typeof json === "string" ? truncateText(json, textSize) : "";
  const integer = asInteger(json) ?? 0;
  return type.kind === "integer" ? wrapInt(integer, type) : integer;
}

/**
 * `expression` as a function of its parts, of `types`. A run-time error gives an empty value.
 *
 * The engine runs a program of one clause for it, which first sets the variables of the parts. Integers come as arguments
 * of its probe; strings as what it takes for the name of the process, for a string argument is cleaned of what is no
 * Unicode, as one of a JavaScript application.
 */
function computation(
  expression: Expression,
  types: readonly Type[],
  options: ProgramOptions,
): (values: readonly Value[]) => Value {
  const integers = types.filter((type) => type.kind !== "string");
  const program: Program = {
    version: 1,
    style: "dtrace",
    options,
    variables: types.map((type, index) => ({ scope: "clause", name: partName(index), type, keys: [] })),
    aggregations: [],
    clauses: [
      {
        points: [{ kind: "usdt", provider: probe.provider, module: "", function: "", name: probe.name }],
        body: [
          ...types.map((type, index): Statement => ({
            kind: "expression",
            expression: setPart(type, index, types),
          })),
          { kind: "trace", value: expression },
        ],
      },
    ],
  };
  const empty: Value =
    expression.type.kind === "string" ? "" : expression.type.kind === "float" ? { float: 0 } : 0;
  let result: Value = empty;
  let strings: string[] = [];
  const { engine } = compileProgram(program, {
    ...idleHost,
    execname: () => strings.shift() ?? "",
    emit: (record) => {
      result = record.items[0]?.values[0] ?? empty;
    },
  });
  const own = { ...probe, arguments: integers.map((): ProbeArgument => ({ type: "int64" })) };
  const handler = engine?.bind(own, programProbes(program).length + 1);
  return (values) => {
    result = empty;
    strings = values.filter((value) => typeof value === "string");
    handler?.(...values.filter((value) => typeof value !== "string"));
    return result;
  };
}

function setPart(type: Type, index: number, types: readonly Type[]): Expression {
  const argument = types.slice(0, index).filter((one) => one.kind !== "string").length;
  const value: Expression =
    type.kind === "string"
      ? { kind: "builtin", name: "execname", type }
      : { kind: "cast", operand: { kind: "argument", index: argument, type: int64 }, type };
  return {
    kind: "assign",
    target: { kind: "variable", scope: "clause", name: partName(index), keys: [], type },
    value,
    type,
  };
}

const probe: ProbeDescription = {
  family: "usdt",
  provider: "bpftrace",
  module: "",
  function: "",
  name: "message",
  arguments: [],
};

/** Expressions over sent values ask nothing of their surroundings: bpftrace has answered. */
const idleHost: Omit<EngineHost, "emit" | "execname"> = {
  onError: () => undefined,
  onExit: () => undefined,
  now: () => 0,
  wallTime: () => 0,
  vtime: () => 0,
  cpu: () => 0,
  pid: () => 0,
  tid: () => 0,
  ppid: () => 0,
  uid: () => 0,
  gid: () => 0,
  target: 0,
};
