/** How fast aggregations grow. */
import type { AggregationSnapshot, Int } from "@trace/core";
import { elementAmounts } from "../pretty/aggregation-lines.ts";

/** Growth per second of the elements of one aggregation, by `keyIdentity`. */
export type Rates = ReadonlyMap<string, number>;

interface Observation {
  readonly at: number;
  readonly amounts: ReadonlyMap<string, Int>;
}

/** Compares each snapshot with the one before. */
export class Growth {
  readonly #last = new Map<string, Observation>();

  /** The rates of `snapshot`, seen at `at` milliseconds; undefined for the first of its aggregation. */
  observe(snapshot: AggregationSnapshot, at: number): Rates | undefined {
    const before = this.#last.get(snapshot.name);
    const amounts = elementAmounts(snapshot);
    this.#last.set(snapshot.name, { at, amounts });
    const seconds = (at - (before?.at ?? at)) / 1000;
    if (before === undefined || seconds <= 0) return undefined;
    const rates = new Map<string, number>();
    for (const [identity, amount] of amounts)
      rates.set(identity, growthOf(before.amounts.get(identity) ?? 0, amount) / seconds);
    return rates;
  }
}

/** What came since. A count that is smaller than it was has been cleared, and counts anew. */
function growthOf(before: Int, now: Int): number {
  const difference = Number(BigInt(now) - BigInt(before));
  return difference < 0 && before >= 0 && now >= 0 ? Number(now) : difference;
}
