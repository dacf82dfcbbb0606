/** Compiling a program, and running what was compiled. */
import {
  errorDiagnostic,
  matchProbe,
  type AggregationSnapshot,
  type Diagnostic,
  type LifecyclePoint,
  type ProbeDescription,
  type ProbePoint,
  type Program,
} from "@trace/core";
import type { Drops, Engine, EngineHost, EngineOptions, EngineTimer, Handler } from "./engine.ts";
import {
  compileHandler,
  handlerCode,
  type BoundProbe,
  type ClauseEvents,
  type FiredClause,
} from "./generate/handler-code.ts";
import { isTimer, programProbes, type ProgramProbe } from "./program-probes.ts";
import { Fault } from "./runtime/fault.ts";
import { EngineState } from "./state.ts";

/** An engine, unless `diagnostics` says why there is none. */
export interface EngineResult {
  readonly engine?: Engine;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles `program`, which must be valid (`validateProgram`), to run in `host`. Where the process may not compile code
 * from strings, the diagnostic is ENGINE_NO_CODE_GENERATION.
 */
export function compileProgram(
  program: Program,
  host: EngineHost,
  options: EngineOptions = {},
): EngineResult {
  const refusal = codeGenerationRefusal();
  if (refusal !== undefined) return { diagnostics: [refusal] };
  return { engine: new ProgramEngine(program, host, options), diagnostics: [] };
}

function codeGenerationRefusal(): Diagnostic | undefined {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- asks whether this is allowed
    new Function("");
    return undefined;
  } catch {
    return errorDiagnostic(
      "ENGINE_NO_CODE_GENERATION",
      "the process does not allow code generation from strings, which running a program needs",
      {
        hint: "start it without --disallow-code-generation-from-strings, or use a backend outside of the process",
      },
    );
  }
}

/** Does a firing of one of the program's own probes mean `point`? */
function matchesOwnProbe(own: ProgramProbe, point: ProbePoint): boolean {
  return point.kind === "timer" ? isTimer(own, point) : point.kind === own.probe.family;
}

class ProgramEngine implements Engine {
  readonly timers: readonly EngineTimer[];
  private readonly state: EngineState;
  private readonly events: ClauseEvents;
  private readonly texts: string[] = [];
  private readonly runBegin: Handler | undefined;
  private readonly runEnd: Handler | undefined;
  private readonly runError: Handler | undefined;
  private isInErrorClause = false;

  constructor(program: Program, host: EngineHost, options: EngineOptions) {
    const state = new EngineState(program, host, options);
    this.state = state;
    this.events = {
      onThrow: (thrown, clause, probeId, epid) => this.fault(thrown, clause, probeId, epid),
      onExit: (status) => {
        state.control.stopped = true;
        host.onExit(status);
      },
    };
    const handlers = new Map<string, Handler | undefined>();
    const timers: EngineTimer[] = [];
    for (const own of programProbes(program)) {
      const { probe, probeId, timer } = own;
      // An end clause may fail, too.
      const always = probe.family === "end" || probe.family === "error";
      const clauses = inSequence(
        this.clausesOf((point) => matchesOwnProbe(own, point)),
        probe.family,
      );
      const handler = this.compile({ probe, probeId, clauses, always });
      if (timer === undefined) handlers.set(probe.family, handler);
      else if (handler !== undefined) timers.push({ probe, probeId, ...timer, fire: handler });
    }
    this.runBegin = handlers.get("begin");
    this.runEnd = handlers.get("end");
    this.runError = handlers.get("error");
    this.timers = timers;
  }

  get text(): string {
    return this.texts.join("\n\n");
  }

  bind(probe: ProbeDescription, probeId: number): Handler | undefined {
    return this.compile({ probe, probeId, clauses: this.clausesOf((point) => matchProbe(point, probe)) });
  }

  begin(): void {
    this.runBegin?.();
  }

  end(): void {
    this.runEnd?.();
  }

  snapshot(): AggregationSnapshot[] {
    return [...this.state.aggregations.values()].map((table) => table.snapshot());
  }

  drain(): AggregationSnapshot[] {
    const snapshots = this.snapshot();
    for (const table of this.state.aggregations.values()) table.removeAll();
    return snapshots;
  }

  merge(snapshots: readonly AggregationSnapshot[]): void {
    for (const snapshot of snapshots) this.state.aggregations.get(snapshot.name)?.merge(snapshot);
  }

  drops(): Drops {
    return this.state.takeDrops();
  }

  dispose(): void {
    this.state.control.stopped = true;
    this.state.release();
  }

  private compile(bound: BoundProbe): Handler | undefined {
    if (bound.clauses.length === 0) return undefined;
    const code = handlerCode(this.state, this.events, bound);
    this.texts.push(code.text);
    return compileHandler(code);
  }

  private clausesOf(matches: (point: ProbePoint) => boolean): FiredClause[] {
    return this.state.program.clauses
      .map((clause, index) => ({ clause, index, points: clause.points.filter(matches) }))
      .filter(({ points }) => points.length > 0);
  }

  private fault(thrown: unknown, clause: number, probe: number, epid: number): void {
    if (!(thrown instanceof Fault)) throw thrown;
    const { code, message, number, address } = thrown;
    const span = this.state.program.clauses[clause]?.span;
    this.state.host.onError({ code, message, clause, probe, ...(span === undefined ? {} : { span }) });
    // A fault in an error clause runs none: it would be the same again.
    if (this.isInErrorClause) return;
    this.isInErrorClause = true;
    try {
      this.runError?.(0, epid, 0, 0, number, address);
    } finally {
      this.isInErrorClause = false;
    }
  }
}

/** Lifecycle clauses by `sequence`, and in program order where that is the same. */
function inSequence(clauses: FiredClause[], family: ProbeDescription["family"]): FiredClause[] {
  const sequence = ({ points }: FiredClause): number => {
    const point = points.find((one): one is LifecyclePoint => one.kind === family);
    return point?.sequence ?? 0;
  };
  return clauses.toSorted((a, b) => sequence(a) - sequence(b));
}
