/** The plugin. */
import type { Backend } from "@trace/core";
import { capabilities } from "./capabilities.ts";
import { compilePlan } from "./compile-plan.ts";
import { listProbes } from "./probe-list.ts";
import { startRun } from "./run.ts";
import { processSource, systemSource } from "./run-source.ts";

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
      const { target } = plan.context;
      return startRun(plan, target.kind === "process" ? processSource(target.pid) : systemSource());
    },
  };
}
