/** A loop to be measured: does its operation `iterations` times. What it returns is kept, so that the loop is not optimized away. */
export interface Loop {
  readonly name: string;
  readonly run: (iterations: number) => unknown;
}

/** Two loops measured in the same run, since only their ratio is worth anything on another machine. */
export interface Comparison {
  readonly title: string;
  readonly baseline: Loop;
  readonly subject: Loop;
  /** Operations a round; so many that a round takes well over a millisecond. */
  readonly iterations: number;
  /** Default 21. */
  readonly rounds?: number;
  /** What the subject should reach: at most `ratio` times the baseline, or `nanoseconds` an operation above it. */
  readonly aim?: { readonly ratio: number } | { readonly nanoseconds: number };
}

/** Medians over the rounds. */
export interface Measurement {
  /** Nanoseconds an operation. */
  readonly baseline: number;
  /** Nanoseconds an operation. */
  readonly subject: number;
  /** Subject by baseline, of the same round. */
  readonly ratio: number;
  /** Subject minus baseline of the same round, in nanoseconds an operation. */
  readonly difference: number;
}

/**
 * Measures both loops in interleaved rounds, each going first in every other round, after one round
 * that warms them up.
 */
export async function measure({
  baseline,
  subject,
  iterations,
  rounds = 21,
}: Comparison): Promise<Measurement> {
  await nanosecondsPerOperation(baseline, iterations);
  await nanosecondsPerOperation(subject, iterations);
  const samples: { baseline: number; subject: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const sample = { baseline: 0, subject: 0 };
    const order = [["baseline", baseline] as const, ["subject", subject] as const];
    if (round % 2 === 1) order.reverse();
    for (const [side, loop] of order) sample[side] = await nanosecondsPerOperation(loop, iterations);
    samples.push(sample);
  }
  return {
    baseline: median(samples.map((sample) => sample.baseline)),
    subject: median(samples.map((sample) => sample.subject)),
    ratio: median(samples.map((sample) => sample.subject / sample.baseline)),
    difference: median(samples.map((sample) => sample.subject - sample.baseline)),
  };
}

/** The middle value; the mean of the two middle ones of an even number of values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Where results of loops go; exported, so that no optimizer can prove that nobody reads it. */
export const sink: { value: unknown } = { value: undefined };

async function nanosecondsPerOperation(loop: Loop, iterations: number): Promise<number> {
  const start = process.hrtime.bigint();
  const result = loop.run(iterations);
  // Only a loop that is asynchronous waits: an await would add a turn to the others.
  sink.value = result instanceof Promise ? await result : result;
  return Number(process.hrtime.bigint() - start) / iterations;
}
