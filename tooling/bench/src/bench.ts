import { measure } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { formatMeasurement } from "./format-measurement.ts";

/** What a benchmark file gets. */
export interface Bench {
  /** True where only a few short rounds are run, to see that the benchmark still works. */
  readonly smoke: boolean;
  /** Measures and prints one comparison. */
  compare(comparison: Comparison): Promise<void>;
  /** Prints one line: why something was left out, or a figure measured in another way. */
  note(line: string): void;
}

/** What a file `NAME.bench.ts` exports. */
export interface BenchModule {
  run(bench: Bench): Promise<void>;
}

/** A smoke run's rounds, and by how much it shortens each. */
const smokeRun = { rounds: 1, divisor: 1000 };

/** A bench that prints through `print`. */
export function createBench(smoke: boolean, print: (text: string) => void): Bench {
  return {
    smoke,
    note: print,
    async compare(comparison) {
      const iterations = Math.max(1, Math.floor(comparison.iterations / smokeRun.divisor));
      const sized = smoke ? { ...comparison, iterations, rounds: smokeRun.rounds } : comparison;
      print(formatMeasurement(sized, await measure(sized)));
    },
  };
}
