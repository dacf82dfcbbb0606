/** What the exit status of `trace` says. Documented in the README and in `trace --help`. */
import type { Diagnostic } from "@trace/core";

/** Statuses of the command's own; 1 to 63 besides are those of the program's `exit(n)`. */
export const exitStatus = {
  success: 0,
  failed: 1,
  usage: 2,
  script: 64,
  noProbe: 65,
  noTarget: 66,
  notPermitted: 67,
  backendUnusable: 68,
  cannotDo: 69,
} as const;

const byCode: Readonly<Record<string, number>> = {
  USAGE: exitStatus.usage,
  SCRIPT_UNREADABLE: exitStatus.script,
  LANGUAGE_UNKNOWN: exitStatus.usage,
  PROBE_NO_MATCH: exitStatus.noProbe,
  TARGET_NOT_FOUND: exitStatus.noTarget,
  TARGET_NOT_TRACEABLE: exitStatus.noTarget,
  COMMAND_NOT_FOUND: exitStatus.noTarget,
  TARGET_NOT_PERMITTED: exitStatus.notPermitted,
  BACKEND_UNUSABLE: exitStatus.backendUnusable,
  BACKEND_UNKNOWN: exitStatus.usage,
  RECORDING_UNREADABLE: exitStatus.noTarget,
  RECORDING_NO_FIRINGS: exitStatus.cannotDo,
  RECORDING_NO_ARGUMENT: exitStatus.cannotDo,
  CAPABILITY_MISSING: exitStatus.cannotDo,
  BPFTRACE_CANNOT: exitStatus.cannotDo,
  DTRACE_CANNOT: exitStatus.cannotDo,
};

/** The status for a session that failed with `diagnostics`. A language's own codes mean the script has errors. */
export function statusOf(diagnostics: readonly Diagnostic[]): number {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (first === undefined) return exitStatus.failed;
  return byCode[first.code] ?? (first.code.startsWith("D_") ? exitStatus.script : exitStatus.failed);
}
