/** Which of the probes that exist a program means, and which of its probe points mean none. */
import { isGlob, matchProbe, type ProbeDescription, type ProbePoint, type Program } from "@trace/core";

/** The outcome of matching a program's probe points against a list of probes. */
export interface ProgramMatch {
  /** Each probe that some clause waits for, once. */
  readonly matched: readonly ProbeDescription[];
  /** Points that must match and did not. */
  readonly missing: readonly ProbePoint[];
}

/** Does `point` wait for probes that can be listed? Begin, end, error, never and timers fire by themselves. */
export function needsProbes(point: ProbePoint): boolean {
  switch (point.kind) {
    case "usdt":
    case "function":
    case "syscall":
    case "tracepoint":
      return true;
    case "begin":
    case "end":
    case "error":
    case "never":
    case "timer":
      return false;
  }
}

export function matchProgram(program: Program, probes: readonly ProbeDescription[]): ProgramMatch {
  const points = program.clauses.flatMap((clause) => clause.points).filter(needsProbes);
  const matched = probes.filter((probe) => points.some((point) => matchProbe(point, probe)));
  const missing = points.filter(
    (point) => point.optional !== true && !matched.some((probe) => matchProbe(point, probe)),
  );
  return { matched, missing: program.options.allowUnmatched === true ? [] : missing };
}

/** A point as a user would write it, for messages. */
export function pointText(point: ProbePoint): string {
  switch (point.kind) {
    case "usdt":
      return `${point.provider}:${point.module}:${point.function}:${point.name}`;
    case "function":
      return `${point.module}:${point.function}:${point.at}`;
    case "syscall":
      return `syscall::${point.name}:${point.at}`;
    case "tracepoint":
      return `${point.category}:${point.name}`;
    case "timer":
      return point.name;
    case "begin":
    case "end":
    case "error":
    case "never":
      return point.kind;
  }
}

/** Can `point` match probes of more than one name? Then a later provider may still bring some. */
export function isPattern(point: ProbePoint): boolean {
  return point.kind === "usdt" && [point.provider, point.name].some((field) => field === "" || isGlob(field));
}
