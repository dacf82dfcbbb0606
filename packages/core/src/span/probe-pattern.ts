/** Probes named in options of reporters. */
import { matchGlob } from "../probe/glob.ts";
import { dtraceProbeName, dtraceProviderName, type ProbeDescription } from "../probe/probe-description.ts";

/**
 * Does `pattern` name `probe`? As in D: `provider:module:function:name`, each a glob, empty for any; parts missing on
 * the left are empty. A name may be in DTrace's spelling (`request-start`) or its maker's (`request__start`).
 */
export function matchProbePattern(pattern: string, probe: ProbeDescription): boolean {
  const parts = pattern.split(":");
  const [name = "", fn = "", module = "", provider = ""] = parts.reverse();
  return (
    parts.length <= 4 &&
    (matchGlob(provider, probe.provider) || matchGlob(provider, dtraceProviderName(probe))) &&
    matchGlob(module, probe.module) &&
    matchGlob(fn, probe.function) &&
    (matchGlob(name, probe.name) || matchGlob(name, dtraceProbeName(probe.name)))
  );
}
