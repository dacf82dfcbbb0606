import { builtins, functions, type BuiltinName, type Capability, type FunctionName } from "@trace/core";

/** JavaScript has no errno to read. */
const NO_BUILTINS: ReadonlySet<BuiltinName> = new Set(["errno"]);

/** All that the engine runs, of the probes that a Node process has. */
export const capabilities: ReadonlySet<Capability> = new Set<Capability>([
  "probe:begin",
  "probe:end",
  "probe:error",
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
  "type:float",
  ...(Object.keys(builtins) as BuiltinName[])
    .filter((name) => !NO_BUILTINS.has(name))
    .map((name): Capability => `builtin:${name}`),
  ...(Object.keys(functions) as FunctionName[]).map((name): Capability => `function:${name}`),
]);
