/** What the bpftrace backend runs. What only some uses of a thing cannot do, `compile` refuses, with its place. */
import { builtins, functions, type BuiltinName, type Capability, type FunctionName } from "@trace/core";

const missingBuiltins: ReadonlySet<BuiltinName> = new Set(["vtimestamp", "errno"]);

/** Functions that a script of bpftrace has nothing for. */
const missingFunctions: ReadonlySet<FunctionName> = new Set([
  "strtok",
  "strtok_next",
  "json",
  "htons",
  "htonl",
  "htonll",
  "rand",
  "speculation",
  "speculate",
  "commit",
  "discard",
  "alloca",
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
  "bcopy",
  "copyin",
  "copyinto",
  "bytes",
  "inet_ntoa",
  "inet_ntoa6",
  "inet_ntop",
  "progenyof",
]);

const always: readonly Capability[] = [
  "probe:begin",
  "probe:end",
  "probe:never",
  "probe:interval",
  "probe:profile",
  "probe:usdt",
  "statement:expression",
  "statement:if",
  "statement:aggregate",
  "statement:printf",
  "statement:printa",
  "statement:trace",
  "statement:default",
  "statement:exit",
  "statement:clear",
  "statement:trunc",
  "statement:normalize",
  "statement:denormalize",
  "aggregation:count",
  "aggregation:sum",
  "aggregation:avg",
  "aggregation:min",
  "aggregation:max",
  "aggregation:stddev",
  "aggregation:quantize",
  "aggregation:lquantize",
  "aggregation:llquantize",
  "variable:global",
  "variable:thread",
  "variable:clause",
  "variable:associative",
  // Printed by the host; bpftrace sends the bits.
  "type:float",
];

/** The same for all supported versions: the script is written so that the oldest runs it. */
export function bpftraceCapabilities(): ReadonlySet<Capability> {
  return new Set([
    ...always,
    ...(Object.keys(builtins) as BuiltinName[])
      .filter((name) => !missingBuiltins.has(name))
      .map((name): Capability => `builtin:${name}`),
    ...(Object.keys(functions) as FunctionName[])
      .filter((name) => !missingFunctions.has(name))
      .map((name): Capability => `function:${name}`),
  ]);
}
