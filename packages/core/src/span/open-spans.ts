/** Spans that have begun and not ended: bounded tables. */
import type { SpanKind } from "./span-pairs.ts";

/** What the tables need to know of a span. */
export interface OpenSpan {
  readonly kind: SpanKind;
  readonly name: string;
}

/** The end of a span that nests. */
export interface EndedSpan<Span> {
  readonly span: Span;
  /** Spans that began inside it and did not end, innermost first: they end here too. */
  readonly unfinished: readonly Span[];
}

/** The open spans of one thread, outermost first, from `head` on. */
interface ThreadStack<Span> {
  readonly spans: Span[];
  head: number;
}

/** Spans that nest in each other by thread. */
export class ThreadSpans<Span extends OpenSpan> {
  readonly #threads = new Map<number | string, ThreadStack<Span>>();
  readonly #limit: number;
  #size = 0;

  /** Holds `limit` spans at most, of all threads together. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many spans are open. */
  get size(): number {
    return this.#size;
  }

  /** The innermost open span of `thread`. */
  innermost(thread: number | string): Span | undefined {
    return this.#threads.get(thread)?.spans.at(-1);
  }

  /** Opens `span` as the innermost of `thread`. Returns the span that had to be forgotten for it, if any. */
  begin(thread: number | string, span: Span): Span | undefined {
    const forgotten = this.#size >= this.#limit ? this.#forget() : undefined;
    const stack = this.#threads.get(thread);
    if (stack === undefined) this.#threads.set(thread, { spans: [span], head: 0 });
    else stack.spans.push(span);
    this.#size++;
    return forgotten;
  }

  /** Ends the innermost span of `kind`, and of `name` where one is given; undefined when there is none. */
  end(thread: number | string, kind: SpanKind, name?: string): EndedSpan<Span> | undefined {
    const stack = this.#threads.get(thread);
    if (stack === undefined) return undefined;
    const { spans, head } = stack;
    for (let at = spans.length - 1; at >= head; at--) {
      const span = spans[at];
      if (span === undefined || span.kind !== kind || (name !== undefined && span.name !== name)) continue;
      const unfinished = spans.length - 1 > at ? spans.splice(at + 1).reverse() : [];
      spans.pop();
      this.#size -= unfinished.length + 1;
      if (spans.length === head) this.#threads.delete(thread);
      return { span, unfinished };
    }
    return undefined;
  }

  /** All open spans, thread by thread, outermost first. */
  *all(): Generator<Span> {
    for (const { spans, head } of this.#threads.values()) yield* spans.slice(head);
  }

  /** Lets go of the outermost span of the thread that has had open spans for longest. */
  #forget(): Span | undefined {
    for (const [thread, stack] of this.#threads) {
      const span = stack.spans[stack.head++];
      this.#size--;
      if (stack.head === stack.spans.length) this.#threads.delete(thread);
      else if (stack.head * 2 > stack.spans.length) {
        stack.spans.splice(0, stack.head);
        stack.head = 0;
      }
      return span;
    }
    return undefined;
  }
}

/** Spans that are identified by a key, whatever thread they begin and end on. */
export class KeyedSpans<Span extends OpenSpan> {
  /** The open spans of each key, in the order they began; keys in the order of their first. */
  readonly #keys = new Map<string, Span[]>();
  readonly #limit: number;
  #size = 0;

  /** Holds `limit` spans at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many spans are open. */
  get size(): number {
    return this.#size;
  }

  /** Opens `span` under `key`. Returns the span that had to be forgotten for it, if any. */
  begin(key: string, span: Span): Span | undefined {
    const forgotten = this.#size >= this.#limit ? this.#forget() : undefined;
    const identity = `${span.kind.id} ${key}`;
    const spans = this.#keys.get(identity);
    if (spans === undefined) this.#keys.set(identity, [span]);
    else spans.push(span);
    this.#size++;
    return forgotten;
  }

  /** Ends the latest span of `kind` under `key`; undefined when there is none. */
  end(key: string, kind: SpanKind): Span | undefined {
    const identity = `${kind.id} ${key}`;
    const spans = this.#keys.get(identity);
    const span = spans?.pop();
    if (span === undefined) return undefined;
    this.#size--;
    if (spans?.length === 0) this.#keys.delete(identity);
    return span;
  }

  #forget(): Span | undefined {
    for (const [key, spans] of this.#keys) {
      const span = spans.shift();
      this.#size--;
      if (spans.length === 0) this.#keys.delete(key);
      return span;
    }
    return undefined;
  }
}
