/** Finding the probes that a program can be attached to, in whatever the target is. */
import {
  formatProbe,
  TraceError,
  type Backend,
  type ListQuery,
  type ProbeDescription,
  type Program,
} from "@trace/core";
import { isPattern, matchProgram } from "./match-program.ts";
import { backendTarget, type OpenTarget } from "./target/open-target.ts";

/** Milliseconds that a started command may take until its run-time provider shows up. */
export const announcementTimeout = 10_000;

/** The probes of one backend, or why there are none. */
export interface BackendProbes {
  readonly backend: Backend;
  readonly probes: readonly ProbeDescription[];
  readonly error?: TraceError;
}

/** What each backend sees. A backend that cannot look (no permission, no such target) says why. */
export async function listProbes(
  backends: readonly Backend[],
  query: ListQuery,
): Promise<readonly BackendProbes[]> {
  return Promise.all(
    backends.map(async (backend) => {
      try {
        return { backend, probes: await backend.list(query) };
      } catch (error) {
        if (!TraceError.isInstance(error)) throw error;
        return { backend, probes: [], error };
      }
    }),
  );
}

/** All probes of `lists`, each once; of two descriptions of one probe the one with argument names is kept. */
export function mergeProbes(lists: readonly BackendProbes[]): readonly ProbeDescription[] {
  const merged = new Map<string, ProbeDescription>();
  for (const probe of lists.flatMap((list) => list.probes)) {
    const key = [probe.pid, probe.provider, probe.name].join("\0");
    const known = merged.get(key);
    const namesMore = known === undefined || (hasNames(probe) && !hasNames(known));
    if (namesMore) merged.set(key, probe);
  }
  return [...merged.values()].sort((a, b) => compareText(formatProbe(a), formatProbe(b)));
}

function hasNames(probe: ProbeDescription): boolean {
  return probe.arguments.some((argument) => argument.name !== undefined);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Lists probes for `program` in `target`. A command is looked at while it is held: when its file has all the probes that
 * the program names, it stays held. Otherwise it runs until a provider that it creates has them; that provider then
 * waits for its tracer. `signal` ends the waiting.
 */
export async function findProbes(
  program: Program,
  backends: readonly Backend[],
  target: OpenTarget,
  signal: AbortSignal,
): Promise<readonly BackendProbes[]> {
  if (target.kind !== "command") return listProbes(backends, { target: backendTarget(target) });
  const { command, wait } = target;
  const paths = [command.executable];
  const held = await listProbes(backends, { target: backendTarget(target), paths });
  if (isComplete(program, held)) return held;

  command.release();
  const deadline = performance.now() + announcementTimeout;
  let latest = held;
  for (;;) {
    const pid = await wait.nextAnnouncement(deadline, () => command.ended || signal.aborted);
    if (pid === undefined) return latest;
    latest = await listProbes(backends, { target: { kind: "process", pid }, paths });
    if (isComplete(program, latest)) return latest;
    wait.letGo(pid);
  }
}

/** Has every point of `program` some probe, and can no later provider bring more? */
function isComplete(program: Program, lists: readonly BackendProbes[]): boolean {
  const points = program.clauses.flatMap((clause) => clause.points);
  return lists.some(({ probes }) => {
    const { matched, missing } = matchProgram(program, probes);
    return missing.length === 0 && (matched.length > 0 || !points.some(isPattern));
  });
}
