/** A running program: the tracer's side of the sessions in one or more processes. */
import { setTimeout as delay } from "node:timers/promises";
import { protocolVersion, type DiagnosticMessage, type Manifest, type ProcessMessage } from "@trace/agent";
import {
  errorDiagnostic,
  hasErrors,
  matchProbe,
  snapshotFromJson,
  snapshotToJson,
  TraceError,
  type AggregationSnapshot,
  type Diagnostic,
  type DiagnosticEvent,
  type EndEvent,
  type Plan,
  type ProbeDescription,
  type ProbePoint,
  type Run,
  type TraceEvent,
} from "@trace/core";
import { CollectedAggregations } from "./collected-aggregations.ts";
import { EventQueue } from "./event-queue.ts";
import type { Link, LinkListener } from "./link.ts";
import { describeProbe, distinctProbes, publishedProbes } from "./published-probe.ts";
import { isProbePattern } from "./probe-pattern.ts";
import { ProbeNumbers } from "./probe-numbers.ts";
import { RecordReader } from "./record-reader.ts";

/** How long a thread whose probes no library carries may take to read the program. */
const ATTACH_MILLISECONDS = 2000;
/** How long a process may take to end in good order. */
const STOP_MILLISECONDS = 2000;
/** Events that may wait before the processes are no longer listened to. */
const MAX_WAITING_EVENTS = 1000;

/** The main thread or a worker of a traced process. */
interface TracedEnvironment {
  readonly link: Link;
  readonly id: number;
  /** Settled when the environment has said whether it runs the program. */
  readonly answered: { readonly promise: Promise<void>; resolve(): void };
  hasEnded: boolean;
  /** Parts of a report whose last part has not come. */
  parts: AggregationSnapshot[];
  /** When it last told what it has aggregated; `performance.now()`. */
  heardAt: number;
}

/** What is traced. */
export interface RunSource {
  /** The processes that are there. Rejects with a TraceError. The first link's first environment leads. */
  open(): Promise<readonly Link[]>;
  /** Calls back with each that comes later, until the signal. */
  watch?(found: (link: Link) => void, signal: AbortSignal): void;
}

/** Starts the program of `plan`. */
export function startRun(plan: Plan, source: RunSource): Run {
  const run = new EmbeddedRun(plan);
  void run.start(source);
  return run;
}

class EmbeddedRun implements Run, LinkListener {
  private readonly plan: Plan;
  private readonly points: readonly ProbePoint[];
  private readonly queue: EventQueue<TraceEvent>;
  private readonly collected: CollectedAggregations;
  private readonly numbers: ProbeNumbers;
  private readonly reader: RecordReader;
  private readonly environments = new Map<Link, Map<number, TracedEnvironment>>();
  private readonly watching = new AbortController();
  private lead: TracedEnvironment | undefined;
  /** Events before ready wait for it. */
  private early: TraceEvent[] | undefined = [];
  private ending: "no" | "others" | "lead" | "done" = "no";
  private reason: EndEvent["reason"] = "stopped";
  private status = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(plan: Plan) {
    const { program } = plan;
    this.plan = plan;
    this.points = program.clauses.flatMap((clause) => clause.points).filter(isProbePattern);
    this.queue = new EventQueue((length) => this.regulate(length));
    this.collected = new CollectedAggregations(program.aggregations);
    this.numbers = new ProbeNumbers(program);
    this.reader = new RecordReader(program);
  }

  [Symbol.asyncIterator](): AsyncIterator<TraceEvent> {
    return this.queue[Symbol.asyncIterator]();
  }

  async start(source: RunSource): Promise<void> {
    try {
      if (hasErrors(this.plan.diagnostics)) throw new TraceError(this.plan.diagnostics);
      const links = await source.open();
      for (const link of links) this.adopt(link);
      const manifests = await Promise.all(links.map((link) => link.hello()));
      this.chooseLead(links, manifests);
      const attached = await Promise.all(
        links.map((link, index) => this.attach(link, manifests[index] ?? [])),
      );
      if (this.isEnding()) return;
      this.ready(distinctProbes(attached.flat()));
      source.watch?.((link) => void this.attachLate(link), this.watching.signal);
    } catch (error) {
      this.fail(diagnosticsOf(error));
    }
  }

  stop(): void {
    this.finish("stopped", 0);
  }

  abort(): void {
    this.conclude();
  }

  // Attaching

  private adopt(link: Link): void {
    link.listener = this;
    this.environments.set(link, new Map());
  }

  /** The main thread leads, or else the first worker that is there. */
  private chooseLead(links: readonly Link[], manifests: readonly (readonly Manifest[])[]): void {
    const [link] = links;
    const threads = links.flatMap((one, index) =>
      one.pid === link?.pid ? (manifests[index] ?? []).map((manifest) => ({ link: one, manifest })) : [],
    );
    threads.sort((a, b) => a.manifest.thread - b.manifest.thread);
    const [first] = threads;
    if (first !== undefined) this.lead = this.environment(first.link, first.manifest.environment);
  }

  /** Attaches to a process; when that is done, no firing of the probes returned is missed. */
  private async attach(link: Link, manifests: readonly Manifest[]): Promise<readonly ProbeDescription[]> {
    const { program, context } = this.plan;
    const stranger = manifests.find((manifest) => manifest.protocol !== protocolVersion);
    if (stranger !== undefined) throw otherProtocol(link.pid, stranger.protocol);
    const probes = publishedProbes(link, manifests).filter(({ description }) =>
      this.points.some((point) => matchProbe(point, description)),
    );
    const descriptions = distinctProbes(probes.map((probe) => probe.description));
    link.arm(probes.flatMap(({ library, index }) => (library === null ? [] : [{ library, index }])));
    link.send(
      {
        type: "attach",
        protocol: protocolVersion,
        program,
        lead: this.lead?.link === link ? this.lead.id : 0,
        target: context.target.kind === "process" ? context.target.pid : 0,
        tracer: process.pid,
        probes: descriptions.map((description) => {
          const { provider, module, name } = description;
          return { id: this.numbers.assign(description), provider, module, name };
        }),
      },
      true,
    );
    // The answer comes after both: the semaphores are up, and whatever fires finds the program.
    await link.hello();
    // But for probes that no library carries: only JavaScript can arm those, when it has read the program.
    const slow = new Set(probes.filter(({ library }) => library === null).map((probe) => probe.environment));
    await Promise.race([
      Promise.all([...slow].map((id) => this.environment(link, id).answered.promise)),
      delay(ATTACH_MILLISECONDS, undefined, { ref: false, signal: this.watching.signal }).catch(() => {}),
    ]);
    return descriptions;
  }

  private async attachLate(link: Link): Promise<void> {
    if (this.isEnding()) {
      link.close();
      return;
    }
    this.adopt(link);
    try {
      await this.attach(link, await link.hello());
    } catch (error) {
      // Gone again, or it does not answer: the others go on.
      this.environments.delete(link);
      link.close();
      for (const diagnostic of diagnosticsOf(error))
        this.emit({ type: "diagnostic", diagnostic: { ...diagnostic, severity: "warning" } });
    }
  }

  private ready(attached: readonly ProbeDescription[]): void {
    const unmatched = this.points.filter(
      (point) => !attached.some((description) => matchProbe(point, description)),
    );
    const early = this.early ?? [];
    this.early = undefined;
    this.emit({ type: "ready", backend: this.plan.backend, attached, unmatched });
    for (const event of early) this.emit(event);
  }

  private environment(link: Link, id: number): TracedEnvironment {
    const environments = this.environments.get(link) ?? new Map<number, TracedEnvironment>();
    let environment = environments.get(id);
    if (environment === undefined) {
      environment = {
        link,
        id,
        answered: deferred(),
        hasEnded: false,
        parts: [],
        heardAt: performance.now(),
      };
      environments.set(id, environment);
      // One that comes while all are asked to end is asked as well.
      if (this.isEnding()) this.stopEnvironments([environment]);
    }
    return environment;
  }

  private allEnvironments(): readonly TracedEnvironment[] {
    return [...this.environments.values()].flatMap((environments) => [...environments.values()]);
  }

  // What the processes say

  message(link: Link, id: number, message: ProcessMessage): void {
    if (this.ending === "done") return;
    const environment = this.environment(link, id);
    switch (message.type) {
      case "attached":
        environment.answered.resolve();
        break;
      case "probe": {
        const { provider, module, name, arguments: probeArguments } = message;
        const description = describeProbe(
          link,
          { name: provider, module },
          { name, arguments: probeArguments },
        );
        this.numbers.translate(environment, message.id, description);
        break;
      }
      case "refused":
        environment.answered.resolve();
        if (environment === this.lead) this.fail(message.diagnostics);
        else {
          environment.hasEnded = true;
          for (const diagnostic of message.diagnostics) this.emit({ type: "diagnostic", diagnostic });
        }
        break;
      case "records":
        for (const json of message.records) {
          const probe = this.numbers.probe(environment, json.probe);
          if (probe === undefined) continue;
          this.emit(
            this.reader.read(json, probe, link.pid, (known) =>
              environment === this.lead
                ? this.collected.completed(known, message.merged)
                : this.collected.withAll(known),
            ),
          );
        }
        break;
      case "aggregations":
        environment.parts.push(...message.aggregations.map(snapshotFromJson));
        if (!message.more) this.aggregated(environment, message.merged);
        break;
      case "lost": {
        const { what, count, reason } = message;
        this.emit({ type: "lost", what, count, reason });
        break;
      }
      case "diagnostic":
        this.emit(this.diagnosticEvent(environment, message));
        break;
      case "exit":
        this.exit(message.status);
        break;
      case "ended":
        environment.hasEnded = true;
        if (environment === this.lead && message.reason === "process") this.finish("target", 0);
        this.advance();
    }
  }

  private diagnosticEvent(
    environment: TracedEnvironment,
    { diagnostic, clause, probe }: DiagnosticMessage,
  ): DiagnosticEvent {
    const numbered = probe === undefined ? undefined : this.numbers.probe(environment, probe);
    return {
      type: "diagnostic",
      diagnostic,
      ...(clause === undefined ? {} : { clause }),
      ...(numbered === undefined ? {} : { probe: numbered.description, probeId: numbered.id }),
    };
  }

  closed(link: Link): void {
    const environments = [...(this.environments.get(link)?.values() ?? [])];
    this.environments.delete(link);
    for (const environment of environments) {
      if (environment.hasEnded) continue;
      environment.hasEnded = true;
      if (environment === this.lead)
        this.warnOfMissingEnd(environment, "the process ended without a last word");
    }
    if (this.environments.size === 0) this.finish("target", 0);
    this.advance();
  }

  private aggregated(environment: TracedEnvironment, merged: number): void {
    const aggregations = joinParts(environment.parts);
    environment.parts = [];
    environment.heardAt = performance.now();
    if (environment === this.lead) {
      this.collected.lead(aggregations, merged);
      if (this.plan.context.interim === true && !this.isEnding())
        this.emit({ type: "aggregation", aggregations: this.collected.all(), final: false });
      return;
    }
    this.collected.contribute(aggregations);
    this.lead?.link.send({
      type: "merge",
      to: [this.lead.id],
      aggregations: aggregations.map(snapshotToJson),
    });
  }

  // The end

  private isEnding(): boolean {
    return this.ending !== "no";
  }

  /** An end clause may have the last word. */
  private exit(status: number): void {
    if (this.isEnding()) {
      this.reason = "exit";
      this.status = status;
    } else this.finish("exit", status);
  }

  private finish(reason: EndEvent["reason"], status: number): void {
    if (this.isEnding()) return;
    this.reason = reason;
    this.status = status;
    this.ending = "others";
    this.watching.abort();
    this.stopEnvironments(this.allEnvironments().filter((one) => one !== this.lead));
    this.advance();
  }

  /** Goes on with the end when all that were asked to end have: first the others, then the one that leads. */
  private advance(): void {
    const others = this.allEnvironments().filter((one) => one !== this.lead);
    if (this.ending === "others" && others.every((one) => one.hasEnded)) {
      this.ending = "lead";
      this.stopEnvironments(this.lead === undefined ? [] : [this.lead]);
    }
    if (this.ending === "lead" && (this.lead?.hasEnded ?? true)) this.conclude();
  }

  private stopEnvironments(environments: readonly TracedEnvironment[]): void {
    const alive = environments.filter((one) => !one.hasEnded);
    for (const link of new Set(alive.map((one) => one.link))) {
      const asked = alive.filter((one) => one.link === link);
      link.send({ type: "stop", to: asked.map((one) => one.id) });
      void this.dropTheGone(link, asked);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.giveUp(), STOP_MILLISECONDS);
  }

  /** A worker that was terminated cannot answer: it is missing in the process's answer to a hello. */
  private async dropTheGone(link: Link, environments: readonly TracedEnvironment[]): Promise<void> {
    try {
      const there = new Set((await link.hello()).map((manifest) => manifest.environment));
      for (const one of environments) one.hasEnded ||= !there.has(one.id);
      this.advance();
    } catch {
      // The process is gone, or so busy that it has no thread to answer: both are noticed elsewhere.
    }
  }

  /** Those that were asked to end and have not are left to themselves: closing the connection disarms them. */
  private giveUp(): void {
    const asked =
      this.ending === "others" ? this.allEnvironments().filter((one) => one !== this.lead) : [this.lead];
    for (const one of asked) {
      if (one === undefined || one.hasEnded) continue;
      one.hasEnded = true;
      this.warnOfMissingEnd(one, "the process is busy and fires no probe that is watched");
    }
    this.advance();
  }

  private warnOfMissingEnd(environment: TracedEnvironment, why: string): void {
    const { aggregations, clauses } = this.plan.program;
    const hasEnd =
      environment === this.lead &&
      clauses.some((clause) => clause.points.some((point) => point.kind === "end"));
    if (aggregations.length === 0 && !hasEnd) return;
    const age = ((performance.now() - environment.heardAt) / 1000).toFixed(1);
    const stale = `aggregations are as they were ${age} s ago`;
    this.emit({
      type: "diagnostic",
      diagnostic: {
        code: "RESULTS_STALE",
        severity: "warning",
        message: `${why}: ${stale}${hasEnd ? ", and end clauses did not run" : ""}`,
      },
    });
  }

  private fail(diagnostics: readonly Diagnostic[]): void {
    if (this.ending === "done") return;
    for (const diagnostic of diagnostics) this.emit({ type: "diagnostic", diagnostic });
    this.close({ type: "end", reason: "failed", status: 1 });
  }

  private conclude(): void {
    if (this.ending === "done") return;
    // A program that ends in a begin clause waits for no probe.
    if (this.early !== undefined) this.ready([]);
    this.emit({ type: "aggregation", aggregations: this.collected.all(), final: true });
    this.close({ type: "end", reason: this.reason, status: this.status });
  }

  private close(end: EndEvent): void {
    this.ending = "done";
    clearTimeout(this.timer);
    this.watching.abort();
    for (const link of this.environments.keys()) link.close();
    for (const event of this.early ?? []) this.queue.push(event);
    this.queue.push(end);
    this.queue.end();
  }

  private emit(event: TraceEvent): void {
    if (this.early === undefined) this.queue.push(event);
    else this.early.push(event);
  }

  /** A consumer that is slower than the processes makes their queues run full: the loss is theirs to count. */
  private regulate(length: number): void {
    if (length !== 0 && length !== MAX_WAITING_EVENTS) return;
    for (const link of this.environments.keys()) link.pause(length > 0);
  }
}

/** Rows of one aggregation may come in several parts. */
function joinParts(parts: readonly AggregationSnapshot[]): readonly AggregationSnapshot[] {
  const byName = new Map<string, AggregationSnapshot>();
  for (const part of parts) {
    const known = byName.get(part.name);
    byName.set(part.name, known === undefined ? part : { ...known, rows: [...known.rows, ...part.rows] });
  }
  return [...byName.values()];
}

function deferred(): TracedEnvironment["answered"] {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function otherProtocol(pid: number, version: number): TraceError {
  return new TraceError(
    errorDiagnostic(
      "PROTOCOL_VERSION",
      `process ${pid} speaks version ${version} of the protocol, this tracer ${protocolVersion}`,
      { hint: "use the tracer of the version that the process was built with" },
    ),
  );
}

function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (TraceError.isInstance(error)) return error.diagnostics;
  return [errorDiagnostic("BACKEND_FAILED", error instanceof Error ? error.message : String(error))];
}
