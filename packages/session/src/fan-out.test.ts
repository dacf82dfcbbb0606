import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { fanOut } from "./fan-out.ts";

async function* numbers(count: number, taken: { last: number }): AsyncGenerator<number> {
  for (let n = 1; n <= count; n++) {
    taken.last = n;
    yield n;
  }
}

test("every consumer gets every item in order", async () => {
  const seen: number[][] = [[], []];
  await fanOut(
    numbers(500, { last: 0 }),
    seen.map((list) => async (items) => {
      for await (const item of items) list.push(item);
    }),
  );
  const expected = Array.from({ length: 500 }, (_, index) => index + 1);
  expect(seen).toEqual([expected, expected]);
});

test("a slow consumer holds the source up instead of filling memory", async () => {
  const taken = { last: 0 };
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const done = fanOut(numbers(10_000, taken), [
    async (items) => {
      for await (const _ of items) await held;
    },
    async (items) => {
      for await (const _ of items);
    },
  ]);
  await delay(50);
  expect(taken.last).toBeLessThan(200);
  release();
  await done;
  expect(taken.last).toBe(10_000);
});

test("a consumer that leaves early does not disturb the others", async () => {
  let seen = 0;
  await fanOut(numbers(1_000, { last: 0 }), [
    async (items) => {
      for await (const item of items) if (item === 3) break;
    },
    async (items) => {
      for await (const _ of items) seen++;
    },
  ]);
  expect(seen).toBe(1_000);
});

test("a consumer's failure is reported after the others are done", async () => {
  let seen = 0;
  const running = fanOut(numbers(300, { last: 0 }), [
    async (items) => {
      for await (const item of items) if (item === 2) throw new Error("disk full");
    },
    async (items) => {
      for await (const _ of items) seen++;
    },
  ]);
  await expect(running).rejects.toThrow("disk full");
  expect(seen).toBe(300);
});

test("a failure of the source reaches the caller and ends the consumers", async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    await delay(1);
    throw new Error("tracer died");
  }
  let ended = false;
  const running = fanOut(broken(), [
    async (items) => {
      for await (const _ of items);
      ended = true;
    },
  ]);
  await expect(running).rejects.toThrow("tracer died");
  expect(ended).toBe(true);
});
