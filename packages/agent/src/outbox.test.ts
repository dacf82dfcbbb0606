import { expect, test } from "vitest";
import { Agent } from "./agent.ts";
import { Outbox } from "./outbox.ts";
import type { ProcessMessage } from "./protocol.ts";

function message(status: number): ProcessMessage {
  return { type: "exit", status };
}

/** A tracer that has room for so many messages at a time. */
class SlowTracer {
  readonly received: ProcessMessage[] = [];
  room: number;
  flushed = 0;

  constructor(room: number) {
    this.room = room;
  }

  send(one: ProcessMessage): boolean {
    if (this.room === 0) return false;
    this.room--;
    this.received.push(one);
    return true;
  }

  flush(): void {
    this.flushed++;
    this.room = 100;
  }
}

test("what finds no room waits, in order, and goes out when there is some", async () => {
  const tracer = new SlowTracer(1);
  const outbox = new Outbox(new Agent(), tracer);
  for (const status of [1, 2, 3]) outbox.post(message(status));
  expect(tracer.received).toEqual([message(1)]);
  expect(outbox.isEmpty).toBe(false);
  tracer.room = 1;
  await expect.poll(() => tracer.received.length).toBe(2);
  outbox.post(message(4));
  tracer.room = 5;
  await expect.poll(() => outbox.isEmpty).toBe(true);
  expect(tracer.received).toEqual([1, 2, 3, 4].map(message));
  expect(tracer.flushed).toBe(0);
});

test("at the end it waits once, and only if something waits", () => {
  const tracer = new SlowTracer(1);
  const outbox = new Outbox(new Agent(), tracer);
  outbox.post(message(1));
  outbox.flush(10);
  expect(tracer.flushed).toBe(0);
  outbox.post(message(2));
  outbox.flush(10);
  expect(tracer.flushed).toBe(1);
  expect(tracer.received).toEqual([1, 2].map(message));
});

test("one that is closed sends no more", () => {
  const tracer = new SlowTracer(0);
  const outbox = new Outbox(new Agent(), tracer);
  outbox.post(message(1));
  outbox.close();
  tracer.room = 5;
  outbox.flush(10);
  expect(tracer.received).toEqual([]);
});
