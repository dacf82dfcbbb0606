/** The plugin: a recording is the tracer. */
import { checkCapabilities, type Backend } from "@trace/core";
import type { Recording } from "@trace/recording";
import { replayCapabilities } from "./capabilities.ts";
import { checkFirings } from "./check-firings.ts";
import { ReplayRun } from "./replay-run.ts";

/** A backend that runs one program over `recording`, which it reads to its end: it can be started once. */
export function replayBackend(recording: Recording): Backend {
  const capabilities = replayCapabilities(recording);
  return {
    apiVersion: 1,
    name: "replay",
    detect: async () => ({ usable: true, summary: `runs over ${recording.name}` }),
    capabilities: () => capabilities,
    list: async () => recording.ready?.attached ?? [],
    compile(program, context) {
      const diagnostics = [
        ...checkCapabilities(program, "replay", capabilities),
        ...checkFirings(program, recording.program, context.probes),
      ];
      return { backend: "replay", program, context, text: `trace report ${recording.name}\n`, diagnostics };
    },
    start: (plan) => new ReplayRun(plan, recording),
  };
}
