/** `-l`: probes, as dtrace lists them. */
import {
  dtraceProbeName,
  dtraceProviderName,
  matchGlob,
  matchProbe,
  type Backend,
  type ProbeDescription,
  type ProbePoint,
  type Program,
  type Target,
} from "@trace/core";
import { listProbes, mergeProbes, needsProbes } from "@trace/session";

/** The line above the probes. */
export const listHeader = "   ID   PROVIDER            MODULE                          FUNCTION NAME";

/** A probe and its number: those of dtrace itself have the first. */
export interface ListedProbe {
  readonly id: number;
  readonly probe: ProbeDescription;
}

/** All probes that `backends` see, numbered. */
export async function numberedProbes(
  backends: readonly Backend[],
  target: Target,
): Promise<readonly ListedProbe[]> {
  const found = mergeProbes(await listProbes(backends, { target }));
  const own = (["begin", "end", "error"] as const).map((family): ProbeDescription =>
    ownProbe(family, "dtrace", family.toUpperCase()),
  );
  return [...own, ...found].map((probe, index) => ({ id: index + 1, probe }));
}

function ownProbe(family: ProbeDescription["family"], provider: string, name: string): ProbeDescription {
  return { family, provider, module: "", function: "", name, arguments: [] };
}

/** The probes of `listed` that `point` means. */
export function matchingProbes(point: ProbePoint, listed: readonly ListedProbe[]): readonly ListedProbe[] {
  if (needsProbes(point)) return listed.filter(({ probe }) => matchesListed(point, probe));
  if (point.kind === "timer")
    return [{ id: listed.length + 1, probe: ownProbe("timer", "profile", point.name) }];
  return listed.filter(({ probe }) => probe.family === point.kind);
}

/** A pattern may mean dtrace's own probes, too, when they are only listed. */
function matchesListed(point: ProbePoint, probe: ProbeDescription): boolean {
  if (point.kind !== "usdt" || probe.provider !== "dtrace") return matchProbe(point, probe);
  return (
    matchGlob(point.provider, "dtrace") &&
    matchGlob(point.module, "") &&
    matchGlob(point.function, "") &&
    matchGlob(point.name, probe.name)
  );
}

/** The points of `program`, each once for a clause. */
export function pointsOf(program: Program): readonly ProbePoint[] {
  return program.clauses.flatMap((clause) => clause.points);
}

/** One line of the list. */
export function listLine({ id, probe }: ListedProbe): string {
  const fields = [
    dtraceProviderName(probe).padStart(10),
    probe.module.padStart(17),
    probe.function.padStart(33),
  ];
  return `${String(id).padStart(5)} ${fields.join(" ")} ${dtraceProbeName(probe.name)}`;
}
