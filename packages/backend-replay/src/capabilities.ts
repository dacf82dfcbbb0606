/** What of a program can be answered from a recording. */
import { builtins, functions, type BuiltinName, type Capability, type FunctionName } from "@trace/core";
import type { Recording } from "@trace/recording";

/** No recording has these. */
const NEVER: readonly BuiltinName[] = ["vtimestamp", "errno"];
/** These only one that tells of the surroundings: `-o json` writes less than `trace record`. */
const OF_SURROUNDINGS: readonly BuiltinName[] = ["walltimestamp", "execname", "ppid", "uid", "gid"];

/** These ask the machine as it is now. */
const PRESENT_ONLY: ReadonlySet<FunctionName> = new Set(["progenyof"]);

/** All that the engine runs, but for what `recording` does not know. */
export function replayCapabilities(recording: Recording): ReadonlySet<Capability> {
  const unknown = new Set([...NEVER, ...(recording.host === undefined ? OF_SURROUNDINGS : [])]);
  return new Set<Capability>([
    "probe:begin",
    "probe:end",
    "probe:error",
    "probe:never",
    "probe:interval",
    "probe:profile",
    "probe:usdt",
    "probe:function",
    "probe:syscall",
    "probe:tracepoint",
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
      .filter((name) => !unknown.has(name))
      .map((name): Capability => `builtin:${name}`),
    ...(Object.keys(functions) as FunctionName[])
      .filter((name) => !PRESENT_ONLY.has(name))
      .map((name): Capability => `function:${name}`),
  ]);
}
