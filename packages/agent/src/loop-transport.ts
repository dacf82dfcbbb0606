/** The parts of a transport that need nothing but the event loop: a queue of messages and timers. */
import { threadId } from "node:worker_threads";
import { normalizeInt } from "@trace/core";
import type { Clocks, Transport, TransportMessage } from "./transport.ts";

const NANOSECONDS_PER_MILLISECOND = 1e6;

export interface LoopTransport extends Transport {
  /** Queues a message and tells of it. */
  post(message: TransportMessage): void;
}

/**
 * A transport that no tracer can reach.
 *
 * @param onMessages called when there are messages to take.
 */
export function loopTransport(onMessages: () => void): LoopTransport {
  const attention = new Int32Array(1);
  const timers = new Map<number, NodeJS.Timeout>();
  let messages: TransportMessage[] = [];
  const transport: LoopTransport = {
    environment: threadId + 1,
    attention,
    post(message) {
      messages.push(message);
      attention[0] = 1;
      onMessages();
    },
    takeMessages() {
      const taken = messages;
      messages = [];
      attention[0] = 0;
      return taken;
    },
    setTimer(timerId, first, period) {
      clearTimeout(timers.get(timerId));
      const wait = (nanoseconds: number): void => {
        timers.set(timerId, setTimeout(due, nanoseconds / NANOSECONDS_PER_MILLISECOND).unref());
      };
      const due = (): void => {
        if (period > 0) wait(period);
        else timers.delete(timerId);
        transport.post({ kind: "timer", timerId });
      };
      wait(first);
    },
    clearTimer(timerId) {
      clearTimeout(timers.get(timerId));
      timers.delete(timerId);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
    send: () => false,
    flush() {},
    disconnect() {},
    setManifest() {},
    arm() {},
  };
  return transport;
}

export const processClocks: Clocks = {
  now() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e9 + nanoseconds;
  },
  wallTime: () => normalizeInt(BigInt(Date.now()) * 1_000_000n),
  cpu: () => 0,
  tid: () => process.pid + threadId,
  threadCpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  },
};
