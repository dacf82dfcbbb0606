/** What dtrace says on standard error while a program runs. */
import {
  dtraceProbeName,
  dtraceProviderName,
  matchProbe,
  type DiagnosticEvent,
  type LostEvent,
  type Program,
  type ReadyEvent,
} from "@trace/core";
import { needsProbes } from "@trace/session";
import type { JoinedParts, ProgramPart } from "./program-parts.ts";

/** How many probes each part of `program` matched, and all together: `script 'x.d' matched 3 probes`. */
export function matchLines(program: Program, ready: ReadyEvent, joined: JoinedParts): readonly string[] {
  const counts = new Map<ProgramPart, number>(joined.parts.map((part) => [part, 0]));
  for (const { points, span } of program.clauses) {
    const part = joined.place(span)?.part;
    if (part === undefined) continue;
    let matches = counts.get(part) ?? 0;
    for (const point of points)
      matches += needsProbes(point) ? ready.attached.filter((probe) => matchProbe(point, probe)).length : 1;
    counts.set(part, matches);
  }
  return [...counts].map(
    ([{ kind, name }, count]) =>
      `${kind} '${kind === "script" ? name : (/^[^{/;]*/.exec(name)?.[0] ?? name)}' matched ${count} probe${count === 1 ? "" : "s"}`,
  );
}

const FAULTS: Readonly<Record<string, string>> = { RUNTIME_DIVIDE_BY_ZERO: "divide-by-zero" };

/** The line for a run-time error. There is no BPF program whose counter could be told: the place in it is 0. */
export function errorLine({ diagnostic, clause, probe, probeId }: DiagnosticEvent): string {
  const { code, message, hint } = diagnostic;
  if (clause === undefined || probe === undefined)
    return hint === undefined ? message : `${message} (${hint})`;
  const name = [dtraceProviderName(probe), probe.module, probe.function, dtraceProbeName(probe.name)].join(
    ":",
  );
  return `error in dt_clause_${clause} for probe ID ${probeId ?? 0} (${name}): ${FAULTS[code] ?? message} at BPF pc 0`;
}

/** What is lost by the names of dtrace: its tag, its noun, and where it tells of it. */
const DROPS: Readonly<
  Record<Exclude<LostEvent["what"], "probes">, readonly [tag: string, noun: string, place: string]>
> = {
  records: ["DTRACEDROP_PRINCIPAL", "drop", " on CPU 0"],
  aggregations: ["DTRACEDROP_AGGREGATION", "aggregation drop", " on CPU 0"],
  variables: ["DTRACEDROP_DYNAMIC", "dynamic variable drop", ""],
};

/** The line for what was lost. */
export function dropLine({ what, count, reason }: LostEvent, showTag: boolean): string {
  if (what === "probes") return `${count} probe${count === 1 ? "" : "s"} not enabled: ${reason}`;
  const [tag, noun, place] = DROPS[what];
  return `${showTag ? `[${tag}] ` : ""}${count} ${noun}${count === 1 ? "" : "s"}${place}`;
}
