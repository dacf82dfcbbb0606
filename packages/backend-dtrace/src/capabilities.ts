/** What the DTrace backend runs. What only some uses of a thing cannot do, `compile` refuses, with its place. */
import { builtins, functions, type BuiltinName, type Capability, type FunctionName } from "@trace/core";

/** Not in DTrace 2 for Linux; `epid` is no number of 32 bits there. */
const missingBuiltins: ReadonlySet<BuiltinName> = new Set(["vtimestamp", "epid"]);
const missingFunctions: ReadonlySet<FunctionName> = new Set([
  "tolower",
  "toupper",
  "json",
  "inet_ntop",
  // No functions of D, but of the IR alone: D says them by operators, or by a null pointer.
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
  // Not tried there yet.
  "strtok",
  "alloca",
  "bcopy",
  "copyin",
  "copyinto",
  "inet_ntoa",
  "inet_ntoa6",
  "speculation",
  "speculate",
  "commit",
  "discard",
]);

const always: readonly Capability[] = [
  "probe:begin",
  "probe:end",
  "probe:error",
  "probe:never",
  "probe:interval",
  "probe:profile",
  "probe:usdt",
  "statement:expression",
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
  // Printed by the host; DTrace sends the bits.
  "type:float",
];

/** The same for every version of the line 2. */
export function dtraceCapabilities(): ReadonlySet<Capability> {
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
