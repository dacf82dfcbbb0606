/** Probe points of a program being built, and what their probes give. */
import type { ArgumentType } from "../probe/probe-description.ts";
import { argumentValueType } from "../probe/probe-description.ts";
import type { ProbePoint } from "../probe/probe-point.ts";
import type { ArgumentDeclaration, ProbeDeclaration, ProviderDeclaration } from "../plugin/provider.ts";
import { builtins, type BuiltinName } from "../ir/builtins.ts";
import type { Expression } from "../ir/expression.ts";
import { functions } from "../ir/functions.ts";
import { int64 } from "../value/type.ts";
import { FloatValue, IntegerValue, StringValue, valueOf, type IntegerTypeName } from "./values.ts";

/** What reads an argument declared as `T`. */
export type ArgumentValue<T extends ArgumentType> = T extends "string" | "json"
  ? StringValue
  : T extends "double"
    ? FloatValue
    : T extends "pointer"
      ? IntegerValue<"uint64">
      : T extends IntegerTypeName
        ? IntegerValue<T>
        : never;

/** The arguments of a probe by name: `{ country: StringValue, cents: IntegerValue<"int64"> }`. */
export type ProbeArguments<D extends ProbeDeclaration> = {
  readonly [
    Declared in D[number] as Declared extends `${infer Name}: ${ArgumentType}` ? Name : never
  ]: Declared extends `${string}: ${infer T extends ArgumentType}` ? ArgumentValue<T> : never;
};

/** Where a clause fires, and which arguments there are. */
export interface Point<Arguments> {
  readonly point: ProbePoint;
  readonly arguments: Arguments;
}

/** No arguments: those of begin, end and timers. */
export type NoArguments = Readonly<Record<never, never>>;

/**
 * The probe `name` of a provider, declared as for `createProvider`. `provider` may be a pattern. With `pid`, of that
 * process only.
 */
export function usdt<const D extends ProviderDeclaration, Name extends keyof D & string>(
  provider: string,
  declaration: D,
  name: Name,
  options: { readonly pid?: number } = {},
): Point<ProbeArguments<D[Name]>> {
  const entries = (declaration[name] ?? []).map((text, index) => {
    const [argument, type] = splitDeclaration(text);
    return [argument, readArgument(index, type)] as const;
  });
  return {
    point: { kind: "usdt", provider, module: "", function: "", name, ...options },
    arguments: Object.fromEntries(entries) as ProbeArguments<D[Name]>,
  };
}

function splitDeclaration(text: ArgumentDeclaration): [name: string, type: ArgumentType] {
  const colon = text.lastIndexOf(":");
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim() as ArgumentType];
}

/** Argument `index` as its declaration says: the IR's argument is its 64 bits. */
function readArgument(index: number, declared: ArgumentType): StringValue | FloatValue | IntegerValue {
  const raw: Expression = { kind: "argument", index, type: int64 };
  const type = argumentValueType(declared);
  if (type.kind === "integer") return new IntegerValue(raw, int64).as(type);
  const name = type.kind === "string" ? "copyinstr" : "bits_to_double";
  return type.kind === "string"
    ? new StringValue({ kind: "call", function: name, arguments: [raw], type: functions[name].result })
    : new FloatValue({ kind: "call", function: name, arguments: [raw], type: functions[name].result });
}

/** Before the first event. */
export const begin: Point<NoArguments> = { point: { kind: "begin" }, arguments: {} };

/** After the last event. */
export const end: Point<NoArguments> = { point: { kind: "end" }, arguments: {} };

/** At a run-time error of another clause. */
export const error: Point<NoArguments> = { point: { kind: "error" }, arguments: {} };

const nanoseconds = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;

/** A time: `500ms`, `5s`; or a frequency: `99hz`. */
export type Duration = `${number}${keyof typeof nanoseconds | "hz"}`;

/** Fires once every `period`, on one CPU. RangeError for what is no time. */
export function tick(period: Duration): Point<NoArguments> {
  return timer("interval", "tick", period);
}

/** Fires once every `period` on every CPU, where it interrupts what runs. RangeError for what is no time. */
export function profile(period: Duration): Point<NoArguments> {
  return timer("profile", "profile", period);
}

function timer(mode: "interval" | "profile", prefix: string, text: Duration): Point<NoArguments> {
  const [, count = "", unit = ""] = /^([0-9.]+)(ns|us|ms|s|m|h|hz)$/.exec(text) ?? [];
  const period =
    unit === "hz"
      ? 1e9 / Number(count)
      : Number(count) * (nanoseconds[unit as keyof typeof nanoseconds] ?? 0);
  if (!(period >= 1 && period <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`${text} is no time`);
  return {
    point: { kind: "timer", mode, period: Math.round(period), name: `${prefix}-${text}` },
    arguments: {},
  };
}

/** The facts that a clause can ask for, by name. */
export interface Facts {
  readonly pid: IntegerValue<"int32">;
  readonly tid: IntegerValue<"int32">;
  readonly ppid: IntegerValue<"int32">;
  readonly uid: IntegerValue<"uint32">;
  readonly gid: IntegerValue<"uint32">;
  readonly execname: StringValue;
  readonly cpu: IntegerValue<"uint32">;
  /** Nanoseconds of a clock that only goes forward. */
  readonly timestamp: IntegerValue<"uint64">;
  /** Nanoseconds of CPU time of the thread. */
  readonly vtimestamp: IntegerValue<"uint64">;
  /** Nanoseconds since 1970-01-01 00:00 UTC. */
  readonly walltimestamp: IntegerValue<"int64">;
  readonly errno: IntegerValue<"int32">;
  readonly probeprov: StringValue;
  readonly probemod: StringValue;
  readonly probefunc: StringValue;
  readonly probename: StringValue;
  readonly probeid: IntegerValue<"uint32">;
  readonly epid: IntegerValue<"uint32">;
  readonly target: IntegerValue<"int32">;
}

/** All facts. */
export const facts: Facts = Object.fromEntries(
  (Object.keys(builtins) as BuiltinName[]).map((name) => [
    name,
    valueOf({ kind: "builtin", name, type: builtins[name] }),
  ]),
) as unknown as Facts;
