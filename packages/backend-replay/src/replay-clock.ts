/** Time as it was in the recording, and the timers that go by it. */
import { normalizeInt, type Int } from "@trace/core";
import type { EngineTimer } from "@trace/engine";
import type { Recording } from "@trace/recording";

/** No timer fires more often: a gap in a recording costs no more than it is long. */
const SHORTEST_PERIOD = 1_000_000;

interface Timer {
  readonly timer: EngineTimer;
  readonly period: number;
  due: number;
}

export class ReplayClock {
  /** Nanoseconds of the clock of records' times. */
  now = 0;
  readonly #recording: Recording;
  #timers: Timer[] = [];
  #isRunning = false;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.now = recording.times.ready ?? 0;
  }

  /** Nanoseconds since 1970-01-01 00:00 UTC; 0 where the recording does not tell. */
  wallTime(): Int {
    const clock = this.#recording.host?.clock;
    if (clock === undefined) return 0;
    return normalizeInt(BigInt(clock.wall) + BigInt(Math.round(this.now)) - BigInt(clock.monotonic));
  }

  setTimers(timers: readonly EngineTimer[]): void {
    this.#timers = timers.map((timer) => {
      const period = Math.max(timer.period, SHORTEST_PERIOD);
      return { timer, period, due: this.now + period };
    });
  }

  /** Goes on to `time`, and gives each timer that is due on the way, when it is. */
  *advance(time: number): Generator<EngineTimer> {
    if (!this.#isRunning) this.#start(time);
    for (;;) {
      const next = this.#timers
        .filter(({ due }) => due <= time)
        .reduce<Timer | undefined>(
          (first, one) => (first !== undefined && first.due <= one.due ? first : one),
          undefined,
        );
      if (next === undefined) break;
      this.now = next.due;
      next.due += next.period;
      yield next.timer;
    }
    this.now = time;
  }

  /** Where the recording does not tell when it was ready, time begins with the first record. */
  #start(time: number): void {
    this.#isRunning = true;
    if (this.#recording.times.ready !== undefined) return;
    for (const one of this.#timers) one.due = time + one.period;
  }
}
