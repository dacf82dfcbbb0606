/** Where a process publishes its probes. */
import { readFileSync, readlinkSync } from "node:fs";
import { isAlive, listSockets, userDirectory } from "@trace/agent";
import { errorDiagnostic, TraceError } from "@trace/core";

/** A process that can be traced. */
export interface TraceableProcess {
  readonly pid: number;
  /** One, or one a thread where the process lacks the add-on. */
  readonly sockets: readonly string[];
  /** What to put before a path of the process to open it from here: empty, or `/proc/PID/root`. */
  readonly root: string;
}

/**
 * Finds the sockets of process `pid`. Throws a TraceError: TARGET_NOT_FOUND where there is no such process,
 * TARGET_NOT_PERMITTED where it is another user's, TARGET_NOT_TRACEABLE where it publishes nothing.
 */
export function findProcess(pid: number): TraceableProcess {
  const uid = process.geteuid?.() ?? 0;
  if (!isAlive(pid)) {
    throw new TraceError(
      errorDiagnostic("TARGET_NOT_FOUND", `no process has the pid ${pid}`, {
        hint: "`trace list` shows the processes that have probes",
      }),
    );
  }
  const status = readStatus(pid);
  const owner = status?.uid ?? uid;
  if (uid !== 0 && owner !== uid) throw notPermitted(pid);
  const root = rootPrefix(pid);
  const insidePid = status?.insidePid ?? pid;
  const directories = [
    userDirectory(readEnvironment(pid), owner),
    userDirectory(process.env, owner),
    `/tmp/trace-${owner}`,
  ];
  for (const directory of new Set(directories)) {
    const sockets = listSockets(root + directory)
      .filter((socket) => socket.pid === insidePid)
      .map((socket) => socket.path);
    if (sockets.length > 0) return { pid, sockets, root };
  }
  throw notTraceable(pid);
}

/** The processes of this user that publish probes, those of dead ones left out. */
export function findProcesses(): readonly TraceableProcess[] {
  const byPid = new Map<number, string[]>();
  for (const { pid, path } of listSockets(ownDirectory())) {
    if (!isAlive(pid)) continue;
    byPid.set(pid, [...(byPid.get(pid) ?? []), path]);
  }
  return [...byPid].map(([pid, sockets]) => ({ pid, sockets, root: "" }));
}

/** Where processes publish that are started like this one. */
export function ownDirectory(): string {
  return userDirectory(process.env, process.geteuid?.() ?? 0);
}

export function notPermitted(pid: number): TraceError {
  return new TraceError(
    errorDiagnostic("TARGET_NOT_PERMITTED", `not permitted to trace process ${pid}`, {
      hint: "run as the user that owns it, or as root",
    }),
  );
}

export function notTraceable(pid: number): TraceError {
  return new TraceError(
    errorDiagnostic("TARGET_NOT_TRACEABLE", `process ${pid} has no trace provider`, {
      hint: "it must call createProvider() of @trace/provider-stapsdt, without TRACE_DISABLE=1; `trace list` shows those that do",
    }),
  );
}

/** Owner and own view of its pid, from proc(5). */
function readStatus(pid: number): { uid: number; insidePid: number } | undefined {
  const text = readText(`/proc/${pid}/status`);
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1];
  if (uid === undefined) return undefined;
  const inside = /^NSpid:.*?(\d+)$/m.exec(text)?.[1];
  return { uid: Number(uid), insidePid: inside === undefined ? pid : Number(inside) };
}

/** The environment with which the process was started; empty where it cannot be read. */
function readEnvironment(pid: number): Record<string, string> {
  const entries = readText(`/proc/${pid}/environ`)
    .split("\0")
    .map((entry): [string, string] => {
      const equals = entry.indexOf("=");
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    });
  return Object.fromEntries(entries);
}

/** Paths of a process in another mount namespace or root mean something else there. */
function rootPrefix(pid: number): string {
  try {
    const root = `/proc/${pid}/root`;
    const isSame =
      readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync("/proc/self/ns/mnt") &&
      readlinkSync(root) === readlinkSync("/proc/self/root");
    return isSame ? "" : root;
  } catch {
    return "";
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
