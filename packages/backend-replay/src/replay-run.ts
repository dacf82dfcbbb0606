/** A program at work on the firings of a recording. */
import {
  matchProbe,
  outputStatements,
  type DiagnosticEvent,
  type EndEvent,
  type OutputStatement,
  type Plan,
  type ProbeDescription,
  type ReadyEvent,
  type RecordEvent,
  type Run,
  type TraceEvent,
  type Value,
} from "@trace/core";
import {
  compileProgram,
  programProbes,
  type Engine,
  type EngineHost,
  type EngineRecord,
  type Handler,
  type RuntimeFault,
} from "@trace/engine";
import {
  recordedFirings,
  type Recording,
  type RecordedFirings,
  type RecordedProcess,
} from "@trace/recording";
import { checkFirings } from "./check-firings.ts";
import { ReplayClock } from "./replay-clock.ts";

/** Run-time errors that are told one by one. */
const MAX_FAULTS = 10;

/** A probe of the recording, with what runs when it fires. */
interface BoundProbe {
  readonly firings: RecordedFirings;
  readonly handler: Handler;
}

/** Begin, end and timer clauses are the tracer's own. */
const TRACER = { pid: process.pid, tid: process.pid, cpu: 0 };

export class ReplayRun implements Run {
  readonly #plan: Plan;
  readonly #recording: Recording;
  readonly #clock: ReplayClock;
  readonly #engine: Engine | undefined;
  readonly #statements: readonly OutputStatement[];
  readonly #probes: Map<number, ProbeDescription>;
  readonly #bound = new Map<ProbeDescription, BoundProbe | undefined>();
  /** What the program put out and nobody took yet. */
  #waiting: TraceEvent[] = [];
  #where: { readonly pid: number; readonly tid: number; readonly cpu: number } = TRACER;
  #exitStatus: number | undefined;
  #isStopped = false;
  #faults = 0;

  constructor(plan: Plan, recording: Recording) {
    const { program } = plan;
    this.#plan = plan;
    this.#recording = recording;
    this.#clock = new ReplayClock(recording);
    this.#statements = outputStatements(program);
    this.#probes = new Map(programProbes(program).map(({ probe, probeId }) => [probeId, probe]));
    const { engine, diagnostics } = compileProgram(program, this.#host(), { threads: "by-tid" });
    this.#engine = engine;
    this.#waiting.push(
      ...diagnostics.map((diagnostic): DiagnosticEvent => ({ type: "diagnostic", diagnostic })),
    );
  }

  stop(): void {
    this.#isStopped = true;
  }

  abort(): void {
    this.#isStopped = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TraceEvent> {
    const engine = this.#engine;
    if (engine === undefined) {
      yield* this.#take();
      yield { type: "end", reason: "failed", status: 1 };
      return;
    }
    this.#clock.setTimers(engine.timers);
    yield this.#ready();
    engine.begin();
    yield* this.#take();
    let end: EndEvent = { type: "end", reason: "stopped", status: 0 };
    for await (const event of this.#recording.events) {
      if (this.#isOver()) break;
      if (event.type === "end") {
        const { end: time } = this.#recording.times;
        if (time !== undefined) yield* this.#advance(time);
        if (event.reason === "failed") end = event;
      } else if (event.type === "record") yield* this.#fire(event);
      else if (event.type === "diagnostic") yield withoutPlace(event);
      else if (event.type === "lost" && (event.what === "records" || event.what === "probes")) yield event;
    }
    engine.end();
    yield* this.#take();
    yield* this.#losses(engine);
    yield { type: "aggregation", aggregations: engine.snapshot(), final: true };
    yield this.#exitStatus === undefined ? end : { type: "end", reason: "exit", status: this.#exitStatus };
    engine.dispose();
  }

  #isOver(): boolean {
    return this.#isStopped || this.#exitStatus !== undefined;
  }

  #ready(): ReadyEvent {
    const { program, context, backend } = this.#plan;
    const points = program.clauses.flatMap((clause) => clause.points);
    const unmatched = points.filter(
      (point) =>
        point.kind === "usdt" && !context.probes.some((description) => matchProbe(point, description)),
    );
    return { type: "ready", backend, attached: context.probes, unmatched };
  }

  *#fire(record: RecordEvent): Generator<TraceEvent> {
    const { probe, clause, time = this.#clock.now, pid = 0, tid = 0, cpu = 0 } = record;
    const bound = this.#bind(probe);
    // Another clause's record of a firing that was seen already.
    if (bound === undefined || bound.firings.clause !== clause) return;
    yield* this.#advance(time);
    if (this.#isOver()) return;
    this.#where = { pid, tid, cpu };
    bound.handler(...bound.firings.read(record).map(asGiven));
    yield* this.#take();
    this.#where = TRACER;
  }

  *#advance(time: number): Generator<TraceEvent> {
    for (const timer of this.#clock.advance(time)) {
      timer.fire();
      yield* this.#take();
      if (this.#isOver()) return;
    }
  }

  /** A probe that came while the run was recorded was not checked before. */
  #bind(probe: ProbeDescription): BoundProbe | undefined {
    if (this.#bound.has(probe)) return this.#bound.get(probe);
    const refusals = this.#plan.context.probes.includes(probe)
      ? []
      : checkFirings(this.#plan.program, this.#recording.program, [probe]);
    for (const diagnostic of refusals) this.#waiting.push({ type: "diagnostic", diagnostic });
    const firings = refusals.length === 0 ? recordedFirings(this.#recording.program, probe) : undefined;
    const probeId = this.#probes.size + 1;
    const handler = firings === undefined ? undefined : this.#engine?.bind(firings.probe, probeId);
    const bound = firings === undefined || handler === undefined ? undefined : { firings, handler };
    this.#bound.set(probe, bound);
    if (bound !== undefined) this.#probes.set(probeId, probe);
    return bound;
  }

  #host(): EngineHost {
    const { target } = this.#plan.context;
    const process = (): RecordedProcess | undefined => this.#recording.processes.get(this.#where.pid);
    return {
      emit: (record) => this.#emit(record),
      onError: (fault) => this.#fault(fault),
      onExit: (status) => {
        this.#exitStatus = status;
      },
      now: () => this.#clock.now,
      wallTime: () => this.#clock.wallTime(),
      vtime: () => 0,
      cpu: () => this.#where.cpu,
      pid: () => this.#where.pid,
      tid: () => this.#where.tid,
      ppid: () => process()?.ppid ?? 0,
      uid: () => process()?.uid ?? 0,
      gid: () => process()?.gid ?? 0,
      execname: () => process()?.name ?? "",
      target: target.kind === "process" ? target.pid : 0,
    };
  }

  #emit({ clause, probe: probeId, items }: EngineRecord): void {
    const probe = this.#probes.get(probeId);
    if (probe === undefined) return;
    this.#waiting.push({
      type: "record",
      clause,
      probe,
      probeId,
      time: this.#clock.now,
      ...this.#where,
      items: items.flatMap(({ statement: number, ...rest }) => {
        const statement = this.#statements[number];
        return statement === undefined ? [] : [{ statement, ...rest }];
      }),
    });
  }

  #fault({ code, message, span }: RuntimeFault): void {
    if (++this.#faults > MAX_FAULTS) return;
    this.#waiting.push({
      type: "diagnostic",
      diagnostic: { code, severity: "error", message, ...(span === undefined ? {} : { span }) },
    });
  }

  #take(): readonly TraceEvent[] {
    const taken = this.#waiting;
    if (taken.length > 0) this.#waiting = [];
    return taken;
  }

  *#losses(engine: Engine): Generator<TraceEvent> {
    const { aggregations, variables } = engine.drops();
    const reason = "there is no room for more keys; raise maxKeys";
    if (aggregations > 0) yield { type: "lost", what: "aggregations", count: aggregations, reason };
    if (variables > 0) yield { type: "lost", what: "variables", count: variables, reason };
    if (this.#faults > MAX_FAULTS) {
      const message = `${this.#faults - MAX_FAULTS} more run-time errors`;
      yield { type: "diagnostic", diagnostic: { code: "RUNTIME_ERRORS", severity: "warning", message } };
    }
  }
}

/** A value as an application gives it: a float is a number there. */
function asGiven(value: Value | undefined): unknown {
  return typeof value === "object" && "float" in value ? value.float : value;
}

/** A finding of the recorded run: its place is in another script. */
function withoutPlace({ type, diagnostic }: DiagnosticEvent): DiagnosticEvent {
  const { span: _span, ...rest } = diagnostic;
  return { type, diagnostic: rest };
}
