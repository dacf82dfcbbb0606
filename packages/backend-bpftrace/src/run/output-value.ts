/** The values of a message, as the program means them. */
import {
  wrapInt,
  type ArgumentType,
  type Expression,
  type Program,
  type ProbeDescription,
  type ProgramOptions,
  type Type,
  type Value,
} from "@trace/core";
import { compileProgram, type EngineHost } from "@trace/engine";
import type { OutputValue } from "../compile/messages.ts";
import { asInteger, type Json } from "./read-json.ts";

/** Reads one value out of those of a message. */
export type ValueReader = (sent: readonly Json[]) => Value;

/** How to read `value`. What the host must compute is computed by the engine, from the values sent as arguments. */
export function valueReader(value: OutputValue, options: ProgramOptions): ValueReader {
  if (value.kind === "sent") return (sent) => readValue(sent[value.index], value.type);
  const compute = computation(value.expression, value.parts, options);
  return (sent) => compute(value.parts.map((type, index) => readValue(sent[value.first + index], type)));
}

function readValue(json: Json | undefined, type: Type): Value {
  if (type.kind === "string") return typeof json === "string" ? json : "";
  const integer = asInteger(json) ?? 0;
  return type.kind === "integer" ? wrapInt(integer, type) : integer;
}

/** `expression` as a function of its arguments, of `types`. A run-time error gives an empty value. */
function computation(
  expression: Expression,
  types: readonly Type[],
  options: ProgramOptions,
): (values: readonly Value[]) => Value {
  const probe: ProbeDescription = {
    family: "usdt",
    provider: "host",
    module: "",
    function: "",
    name: "value",
    arguments: types.map((type) => ({ type: argumentTypeOf(type) })),
  };
  const program: Program = {
    version: 1,
    style: "dtrace",
    options,
    variables: [],
    aggregations: [],
    clauses: [
      {
        points: [{ kind: "usdt", provider: "host", module: "", function: "", name: "value" }],
        body: [{ kind: "trace", value: expression }],
      },
    ],
  };
  const empty: Value =
    expression.type.kind === "string" ? "" : expression.type.kind === "float" ? { float: 0 } : 0;
  let result: Value = empty;
  const host: EngineHost = {
    ...idleHost,
    emit: (record) => {
      result = record.items[0]?.values[0] ?? empty;
    },
  };
  const { engine } = compileProgram(program, host);
  const handler = engine?.bind(probe, 100);
  return (values) => {
    result = empty;
    handler?.(...values);
    return result;
  };
}

function argumentTypeOf(type: Type): ArgumentType {
  return type.kind === "string" ? "string" : type.kind === "integer" && type.signed ? "int64" : "uint64";
}

/** Expressions over sent values ask nothing of their surroundings: bpftrace has answered. */
const idleHost: Omit<EngineHost, "emit"> = {
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
  execname: () => "",
  target: 0,
};
