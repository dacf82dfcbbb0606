/** A probe that exists: what a provider declares, a tracer lists, and an event names. */
import {
  type FloatType,
  type IntegerType,
  type StringType,
  float64,
  int16,
  int32,
  int64,
  int8,
  string,
  uint16,
  uint32,
  uint64,
  uint8,
} from "../value/type.ts";

/**
 * The declared type of a probe's argument.
 *
 * `string` is the address of NUL-terminated bytes, `json` the same with JSON text inside, `pointer` an address,
 * `double` the IEEE 754 bits (no tracer of USDT probes reads float registers).
 */
export type ArgumentType =
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "double"
  | "string"
  | "json"
  | "pointer";

/** One argument of a probe. Notes in ELF files give types only; run-time providers also names. */
export interface ProbeArgument {
  readonly name?: string;
  readonly type: ArgumentType;
}

/** The family of a probe: which mechanism fires it. */
export type ProbeFamily =
  | "usdt"
  | "function"
  | "syscall"
  | "tracepoint"
  | "timer"
  | "begin"
  | "end"
  | "error";

/**
 * A probe, in DTrace's four parts, with the names its maker gave it (`request__start`, not `request-start`; the
 * provider without a pid).
 */
export interface ProbeDescription {
  readonly family: ProbeFamily;
  readonly provider: string;
  readonly module: string;
  readonly function: string;
  readonly name: string;
  readonly arguments: readonly ProbeArgument[];
  /** The process that has it, where the probe belongs to one. */
  readonly pid?: number;
  /** The ELF file that holds it, as a path that the tracer can open. */
  readonly path?: string;
}

const TYPES = {
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  double: float64,
  string,
  json: string,
  pointer: uint64,
} as const satisfies Record<ArgumentType, IntegerType | FloatType | StringType>;

/** The names of all argument types, for messages and validation. */
export const argumentTypes: readonly ArgumentType[] = Object.keys(TYPES) as ArgumentType[];

/** The IR type of a declared argument's value. */
export function argumentValueType(type: ArgumentType): IntegerType | FloatType | StringType {
  return TYPES[type];
}

/** DTrace's spelling of a probe name: `request__start` is `request-start` (dtrace(1), "__" in provider definitions). */
export function dtraceProbeName(name: string): string {
  return name.replaceAll("__", "-");
}

/** DTrace's spelling of a provider: a process's own providers end in its pid (`shop1234`). */
export function dtraceProviderName(probe: ProbeDescription): string {
  return probe.family === "usdt" && probe.pid !== undefined
    ? `${probe.provider}${probe.pid}`
    : probe.provider;
}

/** `provider:module:function:name`, as DTrace would list it. */
export function formatProbe(probe: ProbeDescription): string {
  return [dtraceProviderName(probe), probe.module, probe.function, dtraceProbeName(probe.name)].join(":");
}
