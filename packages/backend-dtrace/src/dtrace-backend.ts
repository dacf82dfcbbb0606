/** The backend that runs programs through DTrace. */
import type { Backend } from "@trace/core";
import { dtraceCapabilities } from "./capabilities.ts";
import { compileScript } from "./compile/compile-script.ts";
import { detectDtrace } from "./detect.ts";
import { listProbes } from "./list-probes.ts";
import { startRun } from "./run/start-run.ts";

/** How DTrace is to be run. */
export interface DtraceOptions {
  /** The program and arguments that come before its own. Default `dtrace`, looked up in PATH. */
  readonly command?: readonly [string, ...string[]];
  /**
   * A folder of D libraries without the kernel's types (`-x syslibdir`): programs that need none start with it, in a
   * quarter of a second instead of two. Default: always the folder of the installation.
   */
  readonly quickLibrary?: string;
}

/** The `dtrace` backend: USDT probes of any program, as root, through the kernel. */
export function dtraceBackend(options: DtraceOptions = {}): Backend {
  const { command = ["dtrace"], quickLibrary } = options;
  return {
    apiVersion: 1,
    name: "dtrace",
    detect: () => detectDtrace(command),
    capabilities: dtraceCapabilities,
    list: listProbes,
    compile: (program, context) => {
      const { text, diagnostics } = compileScript(program, context);
      return { backend: "dtrace", program, context, text, diagnostics };
    },
    start: (plan) => startRun(plan, command, quickLibrary),
  };
}
