import type { ProbePoint } from "@trace/core";

/** Is it a pattern of probes, not a point in the life of the run? */
export function isProbePattern(point: ProbePoint): boolean {
  switch (point.kind) {
    case "begin":
    case "end":
    case "error":
    case "never":
    case "timer":
      return false;
    case "usdt":
    case "function":
    case "syscall":
    case "tracepoint":
      return true;
  }
}
