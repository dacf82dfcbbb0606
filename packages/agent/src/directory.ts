/** The per-user directory in which processes publish their sockets and probe libraries, and who may have files there. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { errorDiagnostic, TraceError } from "@trace/core";

/** Environment variables that matter to trace. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a process of user `uid` with this environment publishes: `$TRACE_DIR`, else `$XDG_RUNTIME_DIR/trace`, else
 * `/tmp/trace-UID`.
 */
export function userDirectory(environment: Environment, uid: number): string {
  const { TRACE_DIR: own, XDG_RUNTIME_DIR: runtime } = environment;
  if (own !== undefined && own !== "") return own;
  return runtime !== undefined && runtime !== "" ? join(runtime, "trace") : `/tmp/trace-${uid}`;
}

/** The socket of process `pid` in `directory`; without the add-on a worker has one of its own. */
export function socketPath(directory: string, pid: number, thread = 0): string {
  return join(directory, thread === 0 ? `${pid}.sock` : `${pid}-${thread}.sock`);
}

/** The sockets in `directory`, with the processes they belong to. */
export function listSockets(directory: string): readonly { readonly pid: number; readonly path: string }[] {
  return readNames(directory).flatMap((name) => {
    const pid = /^(\d+)(-\d+)?\.sock$/.exec(name)?.[1];
    return pid === undefined ? [] : [{ pid: Number(pid), path: join(directory, name) }];
  });
}

/**
 * Makes `directory` (mode 0700) or checks that it is a directory of this user that nobody else can write to or enter.
 * Throws a TraceError (DIRECTORY_NOT_USABLE).
 */
export function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700, recursive: true });
    const status = lstatSync(directory);
    const uid = process.geteuid?.() ?? 0;
    if (!status.isDirectory()) throw new Error("it is not a directory");
    if (status.uid !== uid) throw new Error(`it belongs to user ${status.uid}, not to ${uid}`);
    if ((status.mode & 0o077) !== 0) chmodSync(directory, 0o700);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TraceError(
      errorDiagnostic("DIRECTORY_NOT_USABLE", `cannot publish probes in ${directory}: ${reason}`, {
        hint: "set TRACE_DIR to a directory of your own",
      }),
      { cause },
    );
  }
}

/** Removes the files of processes that are gone. What cannot be removed stays. Returns what was removed. */
export function sweepDirectory(directory: string): readonly string[] {
  const removed: string[] = [];
  for (const name of readNames(directory)) {
    const pid = /^(\d+)[.-]/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(directory, name);
    try {
      unlinkSync(path);
      removed.push(path);
    } catch {
      // Another process was faster, or it is not ours.
    }
  }
  return removed;
}

function readNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Is there a process `pid`? */
export function isAlive(pid: number): boolean {
  if (existsSync("/proc/self")) return existsSync(`/proc/${pid}`);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
