/** How a run is going: what the status line tells. */
import type { TraceEvent } from "@trace/core";
import type { RunStatus } from "@trace/reporter-text";

/** Counts events and losses since it was made. */
export class RunProgress {
  #attached: number | undefined;
  #events = 0;
  #lost = 0;
  #started = performance.now();
  readonly #duration: number | undefined;
  /** Events before the current second, and when it began. */
  #before = { events: 0, time: performance.now(), perSecond: 0 };

  /** `duration`: milliseconds from ready to the end, where that is known. */
  constructor(duration: number | undefined) {
    this.#duration = duration;
  }

  take(event: TraceEvent): void {
    if (event.type === "ready") {
      this.#attached = event.attached.length;
      this.#started = performance.now();
    } else if (event.type === "record") this.#events++;
    else if (event.type === "lost") this.#lost += event.count;
  }

  status(): RunStatus {
    const now = performance.now();
    const elapsed = now - this.#started;
    const since = now - this.#before.time;
    if (since >= 1_000) {
      const perSecond = ((this.#events - this.#before.events) * 1_000) / since;
      this.#before = { events: this.#events, time: now, perSecond };
    }
    return {
      ...(this.#attached === undefined ? {} : { attached: this.#attached }),
      events: this.#events,
      eventsPerSecond: this.#before.perSecond,
      lost: this.#lost,
      elapsed,
      ...(this.#duration === undefined ? {} : { left: Math.max(0, this.#duration - elapsed) }),
    };
  }
}
