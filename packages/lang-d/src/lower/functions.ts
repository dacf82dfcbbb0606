/** D's functions and actions by name. */
import { functions, type AggregatingFunctionName, type FunctionName } from "@trace/core";
import { fromIrType, integerType, pointerTo, stringType, voidType, type DType } from "../types/d-type.ts";

export interface FunctionInfo {
  readonly parameters: readonly DType[];
  readonly required: number;
  readonly result: DType;
}

/** Results that D declares otherwise than by the IR's type. */
const RESULTS: Partial<Record<FunctionName, DType>> = { strlen: integerType("unsigned long") };

/** Functions of the IR that D does not have under that name. */
const HIDDEN: ReadonlySet<FunctionName> = new Set([
  "bits_to_double",
  "strtok_next",
  "memory",
  "string_address",
  "load8",
  "load16",
  "load32",
  "load64",
  "store8",
  "store16",
  "store32",
  "store64",
  "bytes",
  // Actions.
  "commit",
  "discard",
  "speculate",
]);

const address: DType = pointerTo("void", voidType);
const size: DType = integerType("unsigned long");

/** Functions that D declares otherwise than by the IR's types: addresses are pointers. */
const OWN: ReadonlyMap<string, FunctionInfo> = new Map<string, FunctionInfo>([
  ["alloca", { parameters: [size], required: 1, result: address }],
  ["bcopy", { parameters: [address, address, size], required: 3, result: voidType }],
  ["copyin", { parameters: [size, size], required: 2, result: address }],
  ["copyinto", { parameters: [size, size, address], required: 3, result: voidType }],
  ["inet_ntoa", { parameters: [address], required: 1, result: stringType }],
  ["inet_ntoa6", { parameters: [address], required: 1, result: stringType }],
  ["inet_ntop", { parameters: [integerType("int"), address], required: 2, result: stringType }],
]);

/** Functions of D that are another's in the IR: reversing bytes is its own inverse. */
const SAME_AS: Readonly<Record<string, FunctionName>> = { ntohs: "htons", ntohl: "htonl", ntohll: "htonll" };

/** The IR's function that D calls `name`. */
export function irFunction(name: string): FunctionName {
  return SAME_AS[name] ?? (name as FunctionName);
}

/** The functions that can be called in expressions. */
export const dFunctions: ReadonlyMap<string, FunctionInfo> = new Map(
  [...(Object.keys(functions) as FunctionName[]), ...Object.keys(SAME_AS)]
    .filter((name) => !HIDDEN.has(irFunction(name)))
    .map((name) => {
      const { parameters, required, result } = functions[irFunction(name)];
      return [
        name,
        OWN.get(name) ?? {
          parameters: parameters.map((type) => (type.kind === "string" ? stringType : fromIrType(type))),
          required,
          result: RESULTS[irFunction(name)] ?? fromIrType(result),
        },
      ];
    }),
);

/** Actions: calls that stand alone as a statement. */
export type ActionName =
  | "clear"
  | "commit"
  | "discard"
  | "speculate"
  | "denormalize"
  | "exit"
  | "normalize"
  | "printa"
  | "printf"
  | "stack"
  | "trace"
  | "tracemem"
  | "trunc"
  | "ustack";

const actions: readonly ActionName[] = [
  "clear",
  "commit",
  "discard",
  "speculate",
  "denormalize",
  "exit",
  "normalize",
  "printa",
  "printf",
  "stack",
  "trace",
  "tracemem",
  "trunc",
  "ustack",
];

const aggregatingFunctions: readonly AggregatingFunctionName[] = [
  "avg",
  "count",
  "llquantize",
  "lquantize",
  "max",
  "min",
  "quantize",
  "stddev",
  "sum",
];

export function isAction(name: string): name is ActionName {
  return (actions as readonly string[]).includes(name);
}

export function isAggregatingFunction(name: string): name is AggregatingFunctionName {
  return (aggregatingFunctions as readonly string[]).includes(name);
}

/** Functions and actions of DTrace that are not there yet. */
export const unsupportedFunctions: ReadonlySet<string> = new Set(
  (
    "alloca bcopy breakpoint chill commit copyin copyinto copyout copyoutstr cputime_to_usecs d_path ddi_pathname " +
    "discard freopen ftruncate func getmajor getminor htonl htonll htons inet_ntoa inet_ntoa6 inet_ntop jstack " +
    "json link_ntop mod msgdsize msgsize mutex_owned mutex_owner mutex_type_adaptive mutex_type_spin ntohl ntohll " +
    "ntohs panic pcap print progenyof raise rand rw_iswriter rw_read_held rw_write_held setopt speculate " +
    "speculation stop strip strtok sym symmod system toupper tracemem uaddr ufunc umod usym"
  )
    .split(" ")
    .filter((name) => !dFunctions.has(name) && !isAction(name)),
);

/** Actions that change the machine or the process, which only `dtrace -w` allows. */
export const destructiveActions: ReadonlySet<string> = new Set(
  "breakpoint chill copyout copyoutstr freopen ftruncate panic raise stop system".split(" "),
);

/** All names that can be called, for "did you mean". */
export const callableNames: readonly string[] = [
  ...dFunctions.keys(),
  ...unsupportedFunctions,
  ...actions,
  ...aggregatingFunctions,
];
