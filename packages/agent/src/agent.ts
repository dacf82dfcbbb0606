/** The agent of one environment (the main thread or a worker): its providers, its tracers, and their sessions. */
import { threadId } from "node:worker_threads";
import { errorDiagnostic, TraceError, type Probe, type ProbeDescription } from "@trace/core";
import { loopTransport, processClocks } from "./loop-transport.ts";
import { makeProbe, ProbeSlot, type Handler, type ProbeCounters, type SlotOwner } from "./probe-slot.ts";
import {
  decodeMessage,
  encodeMessage,
  protocolVersion,
  type Manifest,
  type ManifestProbe,
  type ProcessMessage,
  type TracerMessage,
} from "./protocol.ts";
import { Session, type SessionLink } from "./session.ts";
import type { Clocks, Transport, TransportMessage } from "./transport.ts";

/** How long the end of the process may wait for tracers to be told, in milliseconds. */
const EXIT_FLUSH_MILLISECONDS = 1000;

/** A provider to be published. */
export interface ProviderDefinition {
  readonly name: string;
  /** What stands for the module in the probes' descriptions. */
  readonly module: string;
  readonly probes: readonly ManifestProbe[];
  /** The library that carries the probes for kernel tracers; without it the agent keeps the counters itself. */
  readonly library?: ProviderLibrary;
}

/** A library of the add-on. */
export interface ProviderLibrary extends ProbeCounters {
  /** The key of arm frames. */
  readonly id: number;
  readonly path: string;
  /** Makes what fires a probe's stub with the values that the application gave. */
  fire(index: number): Handler;
}

export interface PublishedProvider {
  /** In the order of the definition. */
  readonly probes: readonly Probe[];
  /** Takes the probes away from tracers. Firing them does nothing from then on. */
  withdraw(): void;
}

/** A provider's slots, for sessions to bind to. */
export interface Publication {
  readonly definition: ProviderDefinition;
  readonly slots: readonly ProbeSlot[];
}

/** A tracer inside the process. */
export interface LocalTracer {
  send(message: TracerMessage): void;
  close(): void;
}

export class Agent implements SlotOwner {
  clocks: Clocks = processClocks;
  attention: Int32Array;
  readonly publications: Set<Publication> = new Set();
  /** Can tracers reach this environment? */
  isListening = false;
  private transport: Transport;
  private isHearing = false;
  private readonly sessions = new Map<SessionLink, Session>();
  private readonly links = new Map<number, SessionLink>();
  private readonly timers = new Map<number, () => void>();
  private lastTimer = 0;

  constructor() {
    this.transport = loopTransport(() => this.hear());
    this.attention = this.transport.attention;
  }

  /** 0 in the main thread, else the number of the worker. */
  get thread(): number {
    return threadId;
  }

  /** The number by which tracers tell the environments of a process apart. */
  get environment(): number {
    return this.transport.environment;
  }

  /** What tracers are told of this environment. */
  manifest(): Manifest {
    return {
      protocol: protocolVersion,
      pid: process.pid,
      environment: this.transport.environment,
      thread: threadId,
      providers: [...this.publications].map(({ definition: { name, module, probes, library } }) => ({
        name,
        module,
        library: library?.id ?? null,
        ...(library === undefined ? {} : { path: library.path }),
        probes,
      })),
    };
  }

  /** Makes the environment reachable by tracers; does nothing when it is already. What `connect` throws, it throws. */
  listen(connect: (onMessages: () => void) => Transport, clocks: Clocks = processClocks): void {
    if (this.isListening) return;
    this.transport = connect(() => this.hear());
    this.attention = this.transport.attention;
    this.clocks = clocks;
    this.isListening = true;
    this.announce();
  }

  /** Makes a provider's probes known to tracers, those already there included. */
  publish(definition: ProviderDefinition): PublishedProvider {
    const { library } = definition;
    const counters = library ?? localCounters(definition.probes.length);
    const slots = definition.probes.map(
      (probe, index) =>
        new ProbeSlot(
          describeProbe(definition, probe),
          index,
          counters,
          library === undefined ? undefined : () => library.fire(index),
        ),
    );
    const publication: Publication = { definition, slots };
    this.publications.add(publication);
    this.announce();
    for (const session of this.sessions.values()) session.bind(publication);
    return {
      probes: slots.map((slot) => makeProbe(slot, this)),
      withdraw: () => {
        if (!this.publications.delete(publication)) return;
        for (const session of this.sessions.values()) session.release(publication);
        for (const slot of slots) slot.retire();
        this.announce();
      },
    };
  }

  /** Takes what waits: tracers' messages and timers. Never throws. */
  hear(): void {
    if (this.isHearing) return;
    this.isHearing = true;
    try {
      for (const message of this.transport.takeMessages()) {
        try {
          this.handle(message);
        } catch {
          // One tracer's fault is neither the application's nor another tracer's.
        }
      }
    } finally {
      this.isHearing = false;
    }
  }

  /** Tells the tracers that a handler threw. */
  fail(thrown: unknown): void {
    for (const session of this.sessions.values()) session.fail(thrown);
  }

  /** A tracer inside this environment: no socket between. Its messages are handled at once. */
  attachLocal(receive: (message: ProcessMessage) => void): LocalTracer {
    const link: SessionLink = {
      send: (message) => {
        receive(message);
        return true;
      },
      flush() {},
      arm: (_, slot) => armFromWithin(slot),
    };
    return {
      send: (message) => this.handleMessage(link, message),
      close: () => this.end(link),
    };
  }

  /** Calls back once after `first`, then every `period` nanoseconds (0: never), when JavaScript runs. Returns what ends it. */
  startTimer(first: number, period: number, callback: () => void): () => void {
    const timerId = ++this.lastTimer;
    const { transport } = this;
    this.timers.set(timerId, callback);
    transport.setTimer(timerId, first, period);
    return () => {
      if (this.timers.delete(timerId)) transport.clearTimer(timerId);
    };
  }

  private handle(message: TransportMessage): void {
    switch (message.kind) {
      case "open":
        this.links.set(message.connection, this.connectionLink(message.connection));
        break;
      case "message": {
        const link = this.links.get(message.connection);
        const decoded = decodeMessage<TracerMessage>(message.data);
        if (link !== undefined && decoded !== undefined) this.handleMessage(link, decoded);
        break;
      }
      case "closed": {
        const link = this.links.get(message.connection);
        this.links.delete(message.connection);
        if (link !== undefined) this.end(link);
        break;
      }
      case "timer":
        this.timers.get(message.timerId)?.();
    }
  }

  private handleMessage(link: SessionLink, message: TracerMessage): void {
    if (message.type !== "attach") {
      this.sessions.get(link)?.handle(message);
      return;
    }
    if (this.sessions.has(link)) return;
    try {
      const session = new Session(this, link, message);
      if (this.sessions.size === 0) process.on("exit", this.onExit);
      this.sessions.set(link, session);
      for (const publication of this.publications) session.bind(publication);
      session.start();
    } catch (error) {
      this.end(link);
      const diagnostics = TraceError.isInstance(error)
        ? error.diagnostics
        : [errorDiagnostic("AGENT_FAILED", `the process cannot run the program: ${String(error)}`)];
      link.send({ type: "refused", diagnostics });
    }
  }

  private connectionLink(connection: number): SessionLink {
    const { transport } = this;
    return {
      send: (message) => transport.send(connection, encodeMessage(message)),
      flush: (milliseconds) => transport.flush(milliseconds),
      arm({ definition: { library } }, slot) {
        if (library === undefined) return armFromWithin(slot);
        transport.arm(connection, library.id, slot.index);
        // Whoever closes the connection disarms: the add-on does, even while JavaScript is busy.
        return () => {};
      },
    };
  }

  private end(link: SessionLink): void {
    const session = this.sessions.get(link);
    if (session === undefined) return;
    this.sessions.delete(link);
    if (this.sessions.size === 0) process.off("exit", this.onExit);
    session.close();
  }

  /** The process ends: what was collected goes out, as far as that takes no long time. */
  private readonly onExit = (): void => {
    this.hear();
    for (const session of this.sessions.values()) session.finish("process");
    this.transport.flush(EXIT_FLUSH_MILLISECONDS);
  };

  private announce(): void {
    this.transport.setManifest(encodeMessage(this.manifest()));
  }
}

/** Counters that nobody outside of this environment can reach. */
function localCounters(count: number): ProbeCounters {
  return { semaphores: new Uint16Array(count), embedded: new Uint16Array(count) };
}

function describeProbe(
  { name: provider, module, library }: ProviderDefinition,
  probe: ManifestProbe,
): ProbeDescription {
  return {
    family: "usdt",
    provider,
    module,
    // As kernel tracers find it: the library has a function for each probe, by its name.
    function: probe.name,
    name: probe.name,
    arguments: probe.arguments,
    pid: process.pid,
    ...(library === undefined ? {} : { path: library.path }),
  };
}

function armFromWithin(slot: ProbeSlot): () => void {
  slot.raise();
  return () => slot.lower();
}
