/** Tracing this process itself: no socket, no other process. */
import { useEngine, type Agent, type LocalTracer, type Manifest, type TracerMessage } from "@trace/agent";
import * as engine from "@trace/engine";
import type { Link, LinkListener } from "./link.ts";

/** A link to the providers of this environment (the main thread, or the worker that calls). */
export class LocalLink implements Link {
  readonly pid: number = process.pid;
  readonly root = "";
  listener: LinkListener | undefined;
  private readonly agent: Agent;
  private readonly tracer: LocalTracer;

  constructor(agent: Agent) {
    useEngine(engine);
    this.agent = agent;
    this.tracer = agent.attachLocal((message) => {
      // In a turn of its own, as from a socket: what runs in the middle of a firing must not run the tracer's code.
      setImmediate(() => this.listener?.message(this, agent.environment, message));
    });
  }

  async hello(): Promise<readonly Manifest[]> {
    return [this.agent.manifest()];
  }

  arm(): void {
    // The session arms its probes itself.
  }

  send(message: TracerMessage): void {
    this.tracer.send(message);
  }

  pause(): void {
    // Nothing is lost here: what waits, waits in this process in any case.
  }

  close(): void {
    this.listener = undefined;
    this.tracer.close();
  }
}
