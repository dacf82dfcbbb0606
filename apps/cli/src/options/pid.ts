/** The option `-p PID`. */
import { errorDiagnostic, TraceError } from "@trace/core";

/** A pid as given. TraceError USAGE when it is no positive integer. */
export function checkPid(pid: number): number {
  if (Number.isSafeInteger(pid) && pid > 0) return pid;
  throw new TraceError(errorDiagnostic("USAGE", "the pid of -p must be a positive integer"));
}
