/** Which clauses run at which probes: the blocks of the script. */
import {
  matchProbe,
  type Clause,
  type CompileContext,
  type LifecyclePoint,
  type ProbeDescription,
  type ProbePoint,
  type Program,
  type Target,
  type TimerPoint,
} from "@trace/core";
import { programProbes } from "@trace/engine";
import type { RunProbe } from "./messages.ts";

/** A clause in a block. */
export interface BlockClause {
  readonly index: number;
  readonly clause: Clause;
  /** It runs only in these of the block's processes; undefined: in all. */
  readonly pids?: readonly number[];
}

/** When a timer fires: `period` in nanoseconds. */
export type BlockTimer = Pick<TimerPoint, "mode" | "period">;

/** Clauses that run together, in program order, at each of `probes`. */
export interface Block {
  readonly kind: "begin" | "end" | "error" | "timer" | "probe";
  readonly probes: readonly RunProbe[];
  readonly clauses: readonly BlockClause[];
  /** It is for these processes only; undefined: for all. */
  readonly pids?: readonly number[];
  readonly timer?: BlockTimer;
}

/** The blocks of `program`: begin, end and error always, then timers, then probes in the order of `probes`. */
export function planBlocks(program: Program, { probes, target }: CompileContext): readonly Block[] {
  const own = programProbes(program);
  const blocks = own.map(({ probe, probeId, timer }): Block => {
    const probes = [{ id: probeId, description: probe }];
    const means = (point: ProbePoint): boolean =>
      point.kind === "timer"
        ? point.mode === timer?.mode && point.period === timer.period && point.name === probe.name
        : point.kind === probe.family;
    const clauses = indexed(program).filter(({ clause }) => clause.points.some(means));
    if (timer !== undefined) return { kind: "timer", probes, clauses, timer };
    return {
      kind: probe.family as "begin" | "end" | "error",
      probes,
      clauses: inSequence(clauses, probe.family),
    };
  });
  let nextId = own.length + 1;
  for (const place of placesOf(program, probes)) {
    const runProbes = place.map((description) => ({ id: nextId++, description }));
    const clauses = indexed(program).flatMap(({ index, clause }) => {
      const matched = place.filter((probe) => clause.points.some((point) => matchProbe(point, probe)));
      if (matched.length === 0) return [];
      const pids = clausePids(clause, matched, target);
      return [{ index, clause, ...(pids === undefined ? {} : { pids }) }];
    });
    blocks.push({ kind: "probe", probes: runProbes, ...withCommonPids(clauses) });
  }
  return blocks;
}

/**
 * The processes that `clause` is for. bpftrace attaches to a place in a file, for all processes that run it: with no
 * one target also for those that start later, unless a point names a process.
 */
function clausePids(
  clause: Clause,
  matched: readonly ProbeDescription[],
  target: Target,
): readonly number[] | undefined {
  if (target.kind === "process") return [target.pid];
  const namesNone = matched.some((probe) => {
    const nobodys = withoutPid(probe);
    return clause.points.some((point) => matchProbe(point, nobodys));
  });
  return namesNone ? undefined : [...new Set(matched.flatMap(({ pid }) => (pid === undefined ? [] : [pid])))];
}

function withoutPid(probe: ProbeDescription): ProbeDescription {
  const { family, provider, module, function: name, path } = probe;
  return {
    family,
    provider,
    module,
    function: name,
    name: probe.name,
    arguments: probe.arguments,
    ...(path === undefined ? {} : { path }),
  };
}

/** Where all clauses are for the same processes, the block is. */
function withCommonPids(clauses: readonly BlockClause[]): Pick<Block, "clauses" | "pids"> {
  const [first] = clauses;
  const pids = first?.pids;
  if (pids === undefined || clauses.some((clause) => clause.pids?.join() !== pids.join())) return { clauses };
  return { clauses: clauses.map(({ index, clause }) => ({ index, clause })), pids };
}

/** Matched probes that one probe specification of bpftrace means: they are in one file, perhaps of several processes. */
function placesOf(program: Program, probes: readonly ProbeDescription[]): readonly ProbeDescription[][] {
  const places = new Map<string, ProbeDescription[]>();
  const points = program.clauses.flatMap((clause) => clause.points);
  for (const probe of probes) {
    if (!points.some((point) => matchProbe(point, probe))) continue;
    const key = [probe.family, probe.path, probe.provider, probe.name].join("\0");
    const place = places.get(key);
    if (place === undefined) places.set(key, [probe]);
    else if (place.every((known) => known.pid !== probe.pid)) place.push(probe);
  }
  return [...places.values()];
}

/** The points of `program` that wait for probes and match none of `probes`. */
export function unmatchedPoints(
  program: Program,
  probes: readonly ProbeDescription[],
): readonly ProbePoint[] {
  return program.clauses
    .flatMap((clause) => clause.points)
    .filter((point) => ["usdt", "function", "syscall", "tracepoint"].includes(point.kind))
    .filter((point) => !probes.some((probe) => matchProbe(point, probe)));
}

function indexed(program: Program): readonly BlockClause[] {
  return program.clauses.map((clause, index) => ({ index, clause }));
}

/** Lifecycle clauses by `sequence`, and in program order where that is the same. */
function inSequence(clauses: readonly BlockClause[], kind: string): readonly BlockClause[] {
  const sequence = ({ clause }: BlockClause): number => {
    const point = clause.points.find((one): one is LifecyclePoint => one.kind === kind);
    return point?.sequence ?? 0;
  };
  return clauses.toSorted((a, b) => sequence(a) - sequence(b));
}
