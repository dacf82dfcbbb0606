/** One stream of events for several consumers, each with back-pressure on the source. */

interface Waiter<Item> {
  readonly resolve: (result: IteratorResult<Item>) => void;
}

/** A queue between one producer and one consumer. `push` resolves when there is room again. */
class Channel<Item> implements AsyncIterableIterator<Item> {
  readonly #items: Item[] = [];
  #waiter: Waiter<Item> | undefined;
  #room: (() => void) | undefined;
  #closed = false;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(item: Item): Promise<void> | undefined {
    if (this.#closed) return undefined;
    if (this.#waiter !== undefined) {
      const { resolve } = this.#waiter;
      this.#waiter = undefined;
      resolve({ done: false, value: item });
      return undefined;
    }
    this.#items.push(item);
    if (this.#items.length < this.#capacity) return undefined;
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  close(): void {
    this.#closed = true;
    this.#room?.();
    this.#waiter?.resolve({ done: true, value: undefined });
    this.#waiter = undefined;
  }

  next(): Promise<IteratorResult<Item>> {
    const item = this.#items.shift();
    if (item !== undefined) {
      this.#room?.();
      this.#room = undefined;
      return Promise.resolve({ done: false, value: item });
    }
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiter = { resolve };
    });
  }

  /** The consumer has had enough: later items are dropped and no longer hold the producer up. */
  return(): Promise<IteratorResult<Item>> {
    this.#items.length = 0;
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const CAPACITY = 64;

/**
 * Feeds every item of `source` to each of `consumers`, in order, at the pace of the slowest. Resolves when the source
 * has ended and all consumers are done; rejects with the first consumer's failure, after the others are done.
 */
export async function fanOut<Item>(
  source: AsyncIterable<Item>,
  consumers: readonly ((items: AsyncIterable<Item>) => Promise<void>)[],
): Promise<void> {
  const channels = consumers.map(() => new Channel<Item>(CAPACITY));
  const running = consumers.map(async (consume, index) => {
    const channel = channels[index];
    if (channel === undefined) return;
    try {
      await consume(channel);
    } finally {
      await channel.return();
    }
  });
  const settled = Promise.allSettled(running);
  try {
    for await (const item of source) {
      for (const channel of channels) {
        const room = channel.push(item);
        if (room !== undefined) await room;
      }
    }
  } finally {
    for (const channel of channels) channel.close();
  }
  const failure = (await settled).find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
