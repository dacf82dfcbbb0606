/** Which probes a probe point means. */
import { matchGlob } from "./glob.ts";
import { dtraceProviderName, type ProbeDescription } from "./probe-description.ts";
import type { ProbePoint } from "./probe-point.ts";

/** Does `point` mean `probe`? Lifecycle points and timers are no probes of a list: they never match. */
export function matchProbe(point: ProbePoint, probe: ProbeDescription): boolean {
  switch (point.kind) {
    case "usdt":
      return (
        probe.family === "usdt" &&
        (point.pid === undefined || probe.pid === undefined || point.pid === probe.pid) &&
        (point.path === undefined || point.path === probe.path) &&
        (matchGlob(point.provider, probe.provider) || matchGlob(point.provider, dtraceProviderName(probe))) &&
        matchGlob(point.module, probe.module) &&
        matchGlob(point.function, probe.function) &&
        matchGlob(point.name, probe.name)
      );
    case "function":
      return (
        probe.family === "function" &&
        (point.pid === undefined || probe.pid === undefined || point.pid === probe.pid) &&
        matchGlob(point.module, probe.module) &&
        matchGlob(point.function, probe.function) &&
        probe.name === point.at
      );
    case "syscall":
      return probe.family === "syscall" && probe.name === point.at && matchGlob(point.name, probe.function);
    case "tracepoint":
      return (
        probe.family === "tracepoint" &&
        matchGlob(point.category, probe.module) &&
        matchGlob(point.name, probe.name)
      );
    case "begin":
    case "end":
    case "error":
    case "never":
    case "timer":
      return false;
  }
}
