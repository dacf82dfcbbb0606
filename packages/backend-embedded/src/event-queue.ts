/** Events on their way from sockets to whoever iterates. */

/** An async iterable that is filled from outside. To be iterated once. */
export class EventQueue<Event> implements AsyncIterable<Event> {
  private events: Event[] = [];
  private ended = false;
  private wake: (() => void) | undefined;
  private readonly onLength: (length: number) => void;

  /** @param onLength hears how many events wait, after each change: to slow the sources down. */
  constructor(onLength: (length: number) => void = () => {}) {
    this.onLength = onLength;
  }

  push(event: Event): void {
    if (this.ended) return;
    this.events.push(event);
    this.onLength(this.events.length);
    this.wake?.();
  }

  /** No event follows. */
  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    try {
      for (;;) {
        const batch = this.events;
        this.events = [];
        if (batch.length > 0) this.onLength(0);
        yield* batch;
        if (this.events.length > 0) continue;
        if (this.ended) return;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = undefined;
      }
    } finally {
      // Nobody listens any more.
      this.ended = true;
      this.events = [];
      this.onLength(0);
    }
  }
}
