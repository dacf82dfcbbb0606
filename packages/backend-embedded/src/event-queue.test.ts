import { expect, test } from "vitest";
import { EventQueue } from "./event-queue.ts";

async function collect(queue: EventQueue<number>): Promise<number[]> {
  const events: number[] = [];
  for await (const event of queue) events.push(event);
  return events;
}

test("events come in order, those pushed before and while it is iterated", async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  queue.push(2);
  const events = collect(queue);
  await Promise.resolve();
  queue.push(3);
  setImmediate(() => {
    queue.push(4);
    queue.end();
    queue.push(5);
  });
  expect(await events).toEqual([1, 2, 3, 4]);
});

test("its length is told, so that a source can be slowed down", async () => {
  const lengths: number[] = [];
  const queue = new EventQueue<number>((length) => lengths.push(length));
  queue.push(1);
  queue.push(2);
  queue.end();
  await collect(queue);
  expect(lengths).toEqual([1, 2, 0, 0]);
});

test("one who stops iterating keeps nothing waiting", async () => {
  let last = -1;
  const queue = new EventQueue<number>((length) => {
    last = length;
  });
  for (let i = 0; i < 10; i++) queue.push(i);
  for await (const event of queue) if (event === 3) break;
  queue.push(11);
  expect(last).toBe(0);
});
