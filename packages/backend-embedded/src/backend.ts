/** The plugin. */
import type { Backend, Plan } from "@trace/core";
import { capabilities } from "./capabilities.ts";
import { compilePlan } from "./compile-plan.ts";
import { listProbes } from "./probe-list.ts";
import { startRun, type RunSource } from "./run.ts";
import { isProbePattern } from "./probe-pattern.ts";
import { ownSource, processSource, systemSource } from "./run-source.ts";

/**
 * Traces Node processes of this user (as root: of any) that have a provider of `@trace/provider-stapsdt`. Needs no
 * privileges and no tool.
 */
export function embeddedBackend(): Backend {
  return {
    apiVersion: 1,
    name: "embedded",
    detect: async () => ({
      usable: true,
      summary: "built in; traces Node programs that have a trace provider",
    }),
    capabilities: () => capabilities,
    list: listProbes,
    compile: compilePlan,
    start(plan) {
      return startRun(plan, sourceOf(plan));
    },
  };
}

/** What a program without probes of processes needs runs in the tracer, whatever the target is. */
function sourceOf({ program, context }: Plan): RunSource {
  const needsProcess = program.clauses.some((clause) => clause.points.some(isProbePattern));
  if (!needsProcess) return ownSource();
  const { target } = context;
  return target.kind === "process" ? processSource(target.pid) : systemSource();
}
