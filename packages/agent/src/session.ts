/** One program of one tracer in this environment. */
import { readFileSync } from "node:fs";
import {
  errorDiagnostic,
  snapshotFromJson,
  snapshotToJson,
  TraceError,
  validateProgram,
  valueToJson,
  type AggregationSnapshotJson,
} from "@trace/core";
import type { Engine, EngineHost, EngineRecord, RuntimeFault } from "@trace/engine";
import type { Agent, Publication } from "./agent.ts";
import { loadEngine } from "./load-engine.ts";
import { Outbox, type MessageLink } from "./outbox.ts";
import type { ProbeSlot } from "./probe-slot.ts";
import {
  protocolVersion,
  type AttachMessage,
  type DiagnosticMessage,
  type EndedMessage,
  type LostMessage,
  type RecordJson,
  type TracerMessage,
} from "./protocol.ts";

const MILLISECOND = 1e6;
const SECOND = 1e9;
/** How long records may wait for company. */
const RECORD_DELAY = 20 * MILLISECOND;
const MAX_WAITING_RECORDS = 200;
/** Between two reports of what was aggregated: of an environment that leads, and of one that only contributes. */
const LEAD_REPORT_PERIOD = SECOND;
const CONTRIBUTION_PERIOD = SECOND / 5;
/** Reports take at most this share of the time. */
const REPORT_SHARE = 0.02;
/** So many rows of aggregations fit one frame at any rate. */
const MAX_ROWS_PER_MESSAGE = 5000;
/** How long the end of the process may wait for a slow tracer. */
const FLUSH_MILLISECONDS = 1000;
/** Run-time errors that are told one by one between two reports. */
const MAX_FAULTS_PER_REPORT = 10;

const LOSS_REASONS: Readonly<Record<LostMessage["what"], string>> = {
  records: "the tracer reads more slowly than the program prints",
  aggregations: "an aggregation is full; raise maxKeys",
  variables: "an associative array is full; raise maxKeys",
};

/** The way to a tracer. */
export interface SessionLink extends MessageLink {
  /** Raises a probe's semaphore on behalf of the tracer; returns what lowers it. */
  arm(publication: Publication, slot: ProbeSlot): () => void;
}

/** A program at work, from its tracer's attach message to the end of one of the two. */
export class Session {
  private readonly agent: Agent;
  private readonly link: SessionLink;
  private readonly outbox: Outbox;
  private readonly isDtrace: boolean;
  private readonly errorProbe: number | undefined;
  private heldErrors: EngineRecord[] | undefined;
  private readonly engine: Engine;
  private readonly leads: boolean;
  private readonly tracer: number;
  /** Probes' numbers by their keys. */
  private readonly numbers = new Map<string, number>();
  private lastNumber: number;
  private readonly disarm = new Map<ProbeSlot, () => void>();
  private readonly timers: (() => void)[] = [];
  private state: "starting" | "running" | "ended" = "starting";
  /** Runs what is the tracer's own: begin, end and timer clauses. */
  private actsForTracer = false;
  private records: RecordJson[] = [];
  private cancelRecordTimer: (() => void) | undefined;
  private merged = 0;
  private lastReport = "";
  /** No report before; nanoseconds of the monotonic clock. */
  private reportNotBefore = 0;
  /** What was lost and has not been told. */
  private readonly lost: Record<LostMessage["what"], number> = { records: 0, aggregations: 0, variables: 0 };
  /** Run-time errors since the last report. */
  private faults = 0;

  /** Compiles the program of `attach`. Throws a TraceError for one that this agent does not run. */
  constructor(agent: Agent, link: SessionLink, attach: AttachMessage) {
    this.agent = agent;
    this.link = link;
    this.outbox = new Outbox(agent, link);
    if (attach.protocol !== protocolVersion) {
      throw new TraceError(
        errorDiagnostic(
          "PROTOCOL_VERSION",
          `the process speaks version ${protocolVersion} of the protocol, the tracer ${attach.protocol}`,
          { hint: "use the tracer of the version that the process was built with" },
        ),
      );
    }
    const { program, diagnostics: mistakes } = validateProgram(attach.program);
    if (program === undefined) throw new TraceError(mistakes);
    const { compileProgram, programProbes } = loadEngine();
    this.isDtrace = program.style === "dtrace";
    this.errorProbe = programProbes(program).find((own) => own.probe.family === "error")?.probeId;
    this.leads = attach.lead === agent.environment;
    this.tracer = attach.tracer;
    for (const probe of attach.probes) this.numbers.set(probeKey(probe), probe.id);
    this.lastNumber = programProbes(program).length + attach.probes.length;
    const { engine, diagnostics } = compileProgram(program, this.engineHost(attach.target));
    if (engine === undefined) throw new TraceError(diagnostics);
    this.engine = engine;
  }

  /** Runs what the program does first, and starts its timers. */
  start(): void {
    this.begin();
    // What begin clauses put out is the business of the environment that leads; here they only set variables.
    if (!this.leads) this.engine.drain();
    this.state = "running";
    this.link.send({ type: "attached" });
    if (this.leads) {
      for (const { period, fire } of this.engine.timers)
        this.timers.push(this.agent.startTimer(period, period, () => this.actForTracer(fire)));
    }
    const period = this.leads ? LEAD_REPORT_PERIOD : CONTRIBUTION_PERIOD;
    this.timers.push(this.agent.startTimer(period, period, () => this.report()));
  }

  /** DTrace shows what begin clauses put out before what error clauses did meanwhile: it reads the buffer twice. */
  private begin(): void {
    const errors: EngineRecord[] = [];
    if (this.isDtrace) this.heldErrors = errors;
    this.actForTracer(() => this.engine.begin());
    this.heldErrors = undefined;
    for (const record of errors) this.emit(record);
  }

  /** Binds the program to those probes of a provider that it names. */
  bind(publication: Publication): void {
    if (this.state === "ended") return;
    for (const slot of publication.slots) {
      const { description } = slot;
      const key = probeKey(description);
      const known = this.numbers.get(key);
      const id = known ?? this.lastNumber + 1;
      const handler = this.engine.bind(description, id);
      if (handler === undefined) continue;
      if (known === undefined) {
        this.lastNumber = id;
        this.numbers.set(key, id);
        const { provider, module, name, arguments: probeArguments } = description;
        // The tracer has not seen it: this number is of this environment alone.
        this.link.send({ type: "probe", id, provider, module, name, arguments: probeArguments });
      }
      slot.bind(this, handler);
      this.disarm.set(slot, this.link.arm(publication, slot));
    }
  }

  /** The probes of a provider are no more. */
  release(publication: Publication): void {
    for (const slot of publication.slots) this.releaseSlot(slot);
  }

  handle(message: TracerMessage): void {
    if (this.state === "ended" || message.type === "attach") return;
    if (!message.to.includes(this.agent.environment)) return;
    if (message.type === "stop") this.finish("stopped");
    else {
      this.engine.merge(message.aggregations.map(snapshotFromJson));
      this.merged++;
    }
  }

  /** Runs the end clauses and sends what is left. Does nothing the second time. */
  finish(reason: EndedMessage["reason"]): void {
    if (this.state === "ended") return;
    this.stopFiring();
    if (this.leads) this.actForTracer(() => this.engine.end());
    this.sendRecords();
    this.sendAggregations();
    this.tellLosses((message) => {
      this.outbox.post(message);
      return true;
    });
    this.outbox.post({ type: "ended", reason });
    if (reason === "process") this.outbox.flush(FLUSH_MILLISECONDS);
    this.state = "ended";
  }

  /** Drops everything. */
  close(): void {
    this.state = "ended";
    this.stopFiring();
    this.outbox.close();
    this.engine.dispose();
  }

  // What the engine asks and tells

  private engineHost(target: number): EngineHost {
    const { clocks } = this.agent;
    let name: string | undefined;
    return {
      target,
      emit: (record) => this.emit(record),
      onError: (fault) => this.fault(fault),
      onExit: (status) => this.exit(status),
      now: () => clocks.now(),
      wallTime: () => clocks.wallTime(),
      vtime: () => clocks.threadCpu(),
      cpu: () => clocks.cpu(),
      tid: () => clocks.tid(),
      pid: () => (this.actsForTracer ? this.tracer : process.pid),
      ppid: () => process.ppid,
      uid: () => process.getuid?.() ?? 0,
      gid: () => process.getgid?.() ?? 0,
      execname: () => (name ??= processName()),
    };
  }

  private actForTracer(run: () => void): void {
    this.actsForTracer = true;
    try {
      run();
    } finally {
      this.actsForTracer = false;
    }
  }

  private emit(record: EngineRecord): void {
    if (!this.isHeard()) return;
    const { clause, probe, items } = record;
    if (this.heldErrors !== undefined && probe === this.errorProbe) {
      this.heldErrors.push(record);
      return;
    }
    const { clocks } = this.agent;
    this.records.push({
      clause,
      probe,
      time: clocks.now(),
      cpu: clocks.cpu(),
      tid: clocks.tid(),
      items: items.map(({ statement, values, aggregations }) => ({
        statement,
        values: values.map(valueToJson),
        ...(aggregations === undefined ? {} : { aggregations: aggregations.map(snapshotToJson) }),
      })),
    });
    const isLarge = items.some((item) => item.aggregations !== undefined);
    if (isLarge || this.records.length >= MAX_WAITING_RECORDS) this.sendRecords();
    else this.cancelRecordTimer ??= this.agent.startTimer(RECORD_DELAY, 0, () => this.sendRecords());
  }

  private fault({ code, message, clause, probe, span }: RuntimeFault): void {
    if (!this.isHeard() || ++this.faults > MAX_FAULTS_PER_REPORT) return;
    this.link.send({
      type: "diagnostic",
      diagnostic: errorDiagnostic(code, message, span === undefined ? {} : { span }),
      clause,
      probe,
    });
  }

  /** A handler threw what no program can make it throw: a fault of ours. */
  fail(thrown: unknown): void {
    if (++this.faults > MAX_FAULTS_PER_REPORT) return;
    const diagnostic = errorDiagnostic("AGENT_FAILED", `a clause failed in the process: ${String(thrown)}`);
    this.link.send({ type: "diagnostic", diagnostic });
  }

  /** The program asked to end: the tracer sees to it that it does in all environments. */
  private exit(status: number): void {
    if (!this.isHeard()) return;
    this.sendRecords();
    this.sendAggregations();
    this.outbox.post({ type: "exit", status });
  }

  /** In an environment that does not lead nobody hears of what begin clauses do. */
  private isHeard(): boolean {
    return this.leads || this.state === "running";
  }

  // What goes out

  private sendRecords(): void {
    this.cancelRecordTimer?.();
    this.cancelRecordTimer = undefined;
    const { records, merged } = this;
    if (records.length === 0) return;
    this.records = [];
    if (!this.link.send({ type: "records", merged, records })) this.lost.records += records.length;
  }

  /** From time to time: aggregations that have changed, and what was lost. Not while the tracer lags behind. */
  private report(): void {
    const now = this.agent.clocks.now();
    if (!this.outbox.isEmpty || now < this.reportNotBefore) return;
    this.tellLosses((message) => this.link.send(message));
    this.sendAggregations();
    const end = this.agent.clocks.now();
    this.reportNotBefore = end + (end - now) / REPORT_SHARE;
  }

  private sendAggregations(): void {
    const snapshots = this.leads ? this.engine.snapshot() : this.engine.drain();
    const aggregations = snapshots.map(snapshotToJson);
    if (this.leads ? !this.hasChanged(aggregations) : aggregations.every((one) => one.rows.length === 0))
      return;
    const parts = splitRows(aggregations);
    for (const [index, part] of parts.entries()) {
      const more = index < parts.length - 1;
      this.outbox.post({ type: "aggregations", merged: this.merged, aggregations: part, more });
    }
  }

  private hasChanged(aggregations: readonly AggregationSnapshotJson[]): boolean {
    const report = JSON.stringify([this.merged, aggregations]);
    const hasChanged = report !== this.lastReport;
    this.lastReport = report;
    return hasChanged;
  }

  /** @param send says false when it did not take the message. */
  private tellLosses(send: (message: LostMessage | DiagnosticMessage) => boolean): void {
    const { lost } = this;
    const drops = this.engine.drops();
    lost.aggregations += drops.aggregations;
    lost.variables += drops.variables;
    for (const what of ["records", "aggregations", "variables"] as const) {
      if (lost[what] === 0) continue;
      if (send({ type: "lost", what, count: lost[what], reason: LOSS_REASONS[what] })) lost[what] = 0;
    }
    const untold = this.faults - MAX_FAULTS_PER_REPORT;
    this.faults = 0;
    if (untold > 0) {
      send({
        type: "diagnostic",
        diagnostic: {
          code: "RUNTIME_ERRORS",
          severity: "warning",
          message: `${untold} more run-time errors within a second`,
        },
      });
    }
  }

  // Probes

  private releaseSlot(slot: ProbeSlot): void {
    slot.unbind(this);
    this.disarm.get(slot)?.();
    this.disarm.delete(slot);
  }

  private stopFiring(): void {
    for (const slot of this.disarm.keys()) this.releaseSlot(slot);
    for (const cancel of this.timers) cancel();
    this.timers.length = 0;
    this.cancelRecordTimer?.();
    this.cancelRecordTimer = undefined;
  }
}

function probeKey({ provider, module, name }: { provider: string; module: string; name: string }): string {
  return `${provider}:${module}:${name}`;
}

/** The aggregations in messages that each fit a frame. */
function splitRows(aggregations: readonly AggregationSnapshotJson[]): readonly AggregationSnapshotJson[][] {
  const parts: AggregationSnapshotJson[][] = [[]];
  let room = MAX_ROWS_PER_MESSAGE;
  for (const snapshot of aggregations) {
    for (let at = 0; at === 0 || at < snapshot.rows.length;) {
      const rows = snapshot.rows.slice(at, at + room);
      parts.at(-1)?.push({ ...snapshot, rows });
      at += Math.max(rows.length, 1);
      room -= rows.length;
      if (room === 0) {
        parts.push([]);
        room = MAX_ROWS_PER_MESSAGE;
      }
    }
  }
  return parts;
}

/** Name of the process (proc(5), comm). */
function processName(): string {
  try {
    return readFileSync("/proc/self/comm", "utf8").trimEnd();
  } catch {
    return "node";
  }
}
