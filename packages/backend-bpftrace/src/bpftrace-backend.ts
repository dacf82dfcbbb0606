/** The backend that runs programs through bpftrace. */
import type { Backend } from "@trace/core";
import { bpftraceCapabilities } from "./capabilities.ts";
import { compileScript } from "./compile/compile-script.ts";
import { detectBpftrace } from "./detect.ts";
import { listProbes } from "./list-probes.ts";
import { startRun } from "./run/start-run.ts";

/** How bpftrace is to be run. */
export interface BpftraceOptions {
  /** The program and arguments that come before its own. Default `bpftrace`, looked up in PATH. */
  readonly command?: readonly [string, ...string[]];
}

/** The `bpftrace` backend: USDT probes of any program, as root, through the kernel. */
export function bpftraceBackend(options: BpftraceOptions = {}): Backend {
  const command = options.command ?? ["bpftrace"];
  return {
    apiVersion: 1,
    name: "bpftrace",
    detect: () => detectBpftrace(command),
    capabilities: bpftraceCapabilities,
    list: listProbes,
    compile: (program, context) => {
      const { text, diagnostics } = compileScript(program, context);
      return { backend: "bpftrace", program, context, text, diagnostics };
    },
    start: (plan) => startRun(plan, command),
  };
}
