/** The probes that a program brings along: those of its own life, and its timers. */
import type { ProbeDescription, Program, TimerPoint } from "@trace/core";

/** A probe of the program, and the number that records call it by. */
export interface ProgramProbe {
  readonly probe: ProbeDescription;
  readonly probeId: number;
  /** Of a timer, when it fires. */
  readonly timer?: { readonly mode: TimerPoint["mode"]; readonly period: number };
}

function describe(family: ProbeDescription["family"], provider: string, name: string): ProbeDescription {
  return { family, provider, module: "", function: "", name, arguments: [] };
}

/** What an error clause's `arg1` to `arg5` are: DTrace's, as far as they mean anything here. */
const errorProbe: ProbeDescription = {
  ...describe("error", "dtrace", "ERROR"),
  arguments: ["arg0", "epid", "action", "offset", "fault", "address"].map((name) => ({
    name,
    type: "int64",
  })),
};

/** The number of each probe of a program's life: DTrace's. */
export const lifecycleProbeIds = { begin: 1, end: 2, error: 3 } as const;

/** The probes of `program` itself, numbered from 1: begin, end, error, then its timers, each once. */
export function programProbes(program: Program): readonly ProgramProbe[] {
  const probes: ProgramProbe[] = [
    { probe: describe("begin", "dtrace", "BEGIN"), probeId: lifecycleProbeIds.begin },
    { probe: describe("end", "dtrace", "END"), probeId: lifecycleProbeIds.end },
    { probe: errorProbe, probeId: lifecycleProbeIds.error },
  ];
  for (const clause of program.clauses) {
    for (const point of clause.points) {
      if (point.kind !== "timer" || probes.some((known) => isTimer(known, point))) continue;
      const { mode, period, name } = point;
      const probe = describe("timer", "profile", name);
      probes.push({ probe, probeId: probes.length + 1, timer: { mode, period } });
    }
  }
  return probes;
}

/** Is `probe` the timer that `point` means? */
export function isTimer({ probe, timer }: ProgramProbe, point: TimerPoint): boolean {
  return timer?.mode === point.mode && timer.period === point.period && probe.name === point.name;
}
