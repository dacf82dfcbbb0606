/** Messages that must reach the tracer, in order, however slowly it reads: without ever making the application wait. */
import type { Agent } from "./agent.ts";
import type { ProcessMessage } from "./protocol.ts";

const RETRY_DELAY = 20e6;

/** The way to a tracer. */
export interface MessageLink {
  /** False when the message was not taken: the tracer is gone or too slow. */
  send(message: ProcessMessage): boolean;
  /** Waits, at most so long, until what was sent is with the system. */
  flush(milliseconds: number): void;
}

export class Outbox {
  private readonly agent: Agent;
  private readonly link: MessageLink;
  private waiting: ProcessMessage[] = [];
  private cancelRetry: (() => void) | undefined;

  constructor(agent: Agent, link: MessageLink) {
    this.agent = agent;
    this.link = link;
  }

  /** Has all been taken? */
  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  post(message: ProcessMessage): void {
    if (this.isEmpty && this.link.send(message)) return;
    this.waiting.push(message);
    this.cancelRetry ??= this.agent.startTimer(RETRY_DELAY, RETRY_DELAY, () => this.retry());
  }

  /** Waits once, at most so long, for room for what waits: when there will be no later. */
  flush(milliseconds: number): void {
    if (this.isEmpty) return;
    this.link.flush(milliseconds);
    this.retry();
  }

  /** Forgets what waits. */
  close(): void {
    this.waiting = [];
    this.cancelRetry?.();
    this.cancelRetry = undefined;
  }

  private retry(): void {
    const refused = this.waiting.findIndex((message) => !this.link.send(message));
    this.waiting = refused < 0 ? [] : this.waiting.slice(refused);
    if (this.isEmpty) this.close();
  }
}
