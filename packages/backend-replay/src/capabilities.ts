/** What of a program can be answered from a recording. */
import type { Capability } from "@trace/core";
import { engineCapabilities } from "@trace/engine";
import type { Recording } from "@trace/recording";

/** No recording has these, or they ask the machine as it is now. */
const NEVER: readonly Capability[] = ["builtin:vtimestamp", "builtin:errno", "function:progenyof"];
/** These only one that tells of the surroundings: `-o json` writes less than `trace record`. */
const OF_SURROUNDINGS: readonly Capability[] = [
  "builtin:walltimestamp",
  "builtin:execname",
  "builtin:ppid",
  "builtin:uid",
  "builtin:gid",
];

/** All that the engine runs, but for what `recording` does not know. */
export function replayCapabilities(recording: Recording): ReadonlySet<Capability> {
  const missing = [...NEVER, ...(recording.host === undefined ? OF_SURROUNDINGS : [])];
  return new Set<Capability>([
    ...engineCapabilities.filter((capability) => !missing.includes(capability)),
    "probe:usdt",
    "probe:function",
    "probe:syscall",
    "probe:tracepoint",
  ]);
}
