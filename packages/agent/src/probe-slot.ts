/** A probe of this environment: the path that a firing takes, cheapest first. */
import type { Probe, ProbeDescription } from "@trace/core";

/** What runs at a firing; gets the probe's arguments as they were given. */
export type Handler = (...values: readonly unknown[]) => void;

/** The two counters of a provider's probes, indexed by probe. */
export interface ProbeCounters {
  /** How many watch: what tracers raise. */
  readonly semaphores: Uint16Array;
  /** How many of those are embedded tracers. */
  readonly embedded: Uint16Array;
}

/** What a slot needs of its agent. */
export interface SlotOwner {
  /** Not zero while tracers' messages wait. Must be there before the slots are. */
  readonly attention: Int32Array;
  /** Takes the messages that wait; never throws. */
  hear(): void;
  /** Hears of what a handler threw; never throws. */
  fail(thrown: unknown): void;
}

const noHandler: Handler = () => {};

export class ProbeSlot {
  readonly description: ProbeDescription;
  readonly index: number;
  readonly counters: ProbeCounters;
  /** Makes what fires the stub that kernel tracers watch; not before one does, for it takes its time. */
  private makeNative: (() => Handler) | undefined;
  native: Handler = noHandler;
  private readonly handlers = new Map<object, Handler>();
  /** All handlers as one. */
  handler: Handler = noHandler;

  constructor(
    description: ProbeDescription,
    index: number,
    counters: ProbeCounters,
    makeNative?: () => Handler,
  ) {
    this.description = description;
    this.index = index;
    this.counters = counters;
    this.makeNative = makeNative;
  }

  /** Runs `handler` at every firing, on behalf of `owner`. */
  bind(owner: object, handler: Handler): void {
    this.handlers.set(owner, handler);
    this.combine();
  }

  unbind(owner: object): void {
    if (this.handlers.delete(owner)) this.combine();
  }

  /** Nothing happens at a firing any more. */
  retire(): void {
    this.handlers.clear();
    this.makeNative = undefined;
    this.native = noHandler;
    this.combine();
  }

  /** Raises the semaphore from within. Atomically, for a tracer may do the same at the same time. */
  raise(): void {
    Atomics.add(this.counters.embedded, this.index, 1);
    Atomics.add(this.counters.semaphores, this.index, 1);
  }

  lower(): void {
    Atomics.sub(this.counters.semaphores, this.index, 1);
    Atomics.sub(this.counters.embedded, this.index, 1);
  }

  /** Does a tracer in the kernel watch? Makes sure that there is something to fire for it. */
  isWatchedByKernel(): boolean {
    const { semaphores, embedded } = this.counters;
    if ((semaphores[this.index] ?? 0) <= (embedded[this.index] ?? 0)) return false;
    if (this.makeNative !== undefined) this.native = this.makeNative();
    this.makeNative = undefined;
    return true;
  }

  private combine(): void {
    const all = [...this.handlers.values()];
    this.handler =
      all.length <= 1
        ? (all[0] ?? noHandler)
        : (...values) => {
            for (const one of all) one(...values);
          };
  }
}

/**
 * The probe as the application sees it. A class, so that all probes have one shape: an object literal with an accessor
 * makes a property access ten times as slow.
 */
class FiredProbe implements Probe {
  readonly name: string;
  readonly fire: Handler;
  private readonly semaphores: Uint16Array;
  private readonly index: number;

  constructor(slot: ProbeSlot, owner: SlotOwner) {
    const { index, description } = slot;
    const { semaphores } = slot.counters;
    this.name = description.name;
    this.fire = makeFire(semaphores, index, makeWatched(slot, owner), description.arguments.length);
    this.semaphores = semaphores;
    this.index = index;
  }

  get enabled(): boolean {
    return this.semaphores[this.index] !== 0;
  }

  fireLazy(compute: () => readonly unknown[]): void {
    if (this.enabled) this.fire(...compute());
  }
}

export function makeProbe(slot: ProbeSlot, owner: SlotOwner): Probe {
  return new FiredProbe(slot, owner);
}

/** Few arguments need not be handed on as twelve. */
const FEW_ARGUMENTS = 4;

/**
 * What the whole design is about: while nobody watches, a firing is one load and one compare. The function has fixed
 * parameters (a rest parameter would allocate), reads only what its closure holds, and is small enough to be inlined
 * where it is called. Nothing may be added to it.
 */
function makeFire(semaphores: Uint16Array, index: number, watched: WatchedHandler, count: number): Handler {
  if (count <= FEW_ARGUMENTS) {
    return (a, b, c, d) => {
      const raised = semaphores[index];
      if (raised !== 0) watched(raised, a, b, c, d);
    };
  }
  return (a, b, c, d, e, f, g, h, i, j, k, l) => {
    const raised = semaphores[index];
    if (raised !== 0) watched(raised, a, b, c, d, e, f, g, h, i, j, k, l);
  };
}

/** A {@link Handler} of a probe that is watched, after the semaphore that says by how many. */
type WatchedHandler = (raised: number | undefined, ...values: readonly unknown[]) => void;

/**
 * What a firing does that somebody watches. Where all who do are embedded tracers, whose programs are bound already,
 * that is to call their handlers. A tracer's fault is never the application's: whatever is thrown ends here, and is told the tracers.
 */
function makeWatched(slot: ProbeSlot, owner: SlotOwner): WatchedHandler {
  const { index } = slot;
  const { embedded } = slot.counters;
  const { attention } = owner;
  const attend = (): boolean => {
    if (attention[0] !== 0) owner.hear();
    return slot.isWatchedByKernel();
  };
  if (slot.description.arguments.length <= FEW_ARGUMENTS) {
    return (raised, a, b, c, d) => {
      try {
        if ((raised !== embedded[index] || attention[0] !== 0) && attend()) slot.native(a, b, c, d);
        slot.handler(a, b, c, d);
      } catch (thrown) {
        owner.fail(thrown);
      }
    };
  }
  return (raised, a, b, c, d, e, f, g, h, i, j, k, l) => {
    try {
      if ((raised !== embedded[index] || attention[0] !== 0) && attend())
        slot.native(a, b, c, d, e, f, g, h, i, j, k, l);
      slot.handler(a, b, c, d, e, f, g, h, i, j, k, l);
    } catch (thrown) {
      owner.fail(thrown);
    }
  };
}
