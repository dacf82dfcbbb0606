/** Times: nanoseconds in events, microseconds with a fraction in the file. */

const FRACTIONS: readonly string[] = Array.from({ length: 1000 }, (_, nanoseconds) =>
  nanoseconds === 0 ? "" : `.${String(nanoseconds).padStart(3, "0")}`.replace(/0+$/, ""),
);

/** Nanoseconds as a JSON number of microseconds, exact. `nanoseconds` is an integer, 0 or greater. */
export function microseconds(nanoseconds: number): string {
  const whole = Math.floor(nanoseconds / 1000);
  return `${whole}${FRACTIONS[nanoseconds - whole * 1000] ?? ""}`;
}

/**
 * The time of events that do not tell it: that of the last event that did, plus what has passed since it came. Until one
 * told, the time of arrival, on the clock that tracers use too where they run on this machine (CLOCK_MONOTONIC).
 */
export class EventClock {
  readonly #now: () => number;
  #last: { readonly time: number; readonly arrival: number } | undefined;

  /** `now` reads a clock in nanoseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes note of an event that tells its time. */
  tell(time: number): void {
    this.#last = { time, arrival: this.#now() };
  }

  /** The time now. */
  read(): number {
    const now = this.#now();
    return Math.max(
      0,
      Math.round(this.#last === undefined ? now : this.#last.time + now - this.#last.arrival),
    );
  }
}
