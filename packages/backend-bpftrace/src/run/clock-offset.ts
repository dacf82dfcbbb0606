/** From bpftrace's clock to the time of day. */
import { uptime } from "node:os";

/**
 * Nanoseconds to add to `nsecs` (the clock that runs since boot, CLOCK_BOOTTIME) for those since 1970. Node tells the time
 * of day in milliseconds: it is read at the edge of one. Where the machine was asleep, its length is known to 10 ms.
 */
export function clockOffset(): bigint {
  const before = Date.now();
  let now = Date.now();
  while (now === before) now = Date.now();
  const monotonic = process.hrtime.bigint();
  const asleep = uptime() - Number(monotonic) / 1e9;
  const sinceBoot = asleep > 0.5 ? monotonic + BigInt(Math.round(asleep * 1e9)) : monotonic;
  return BigInt(now) * 1_000_000n - sinceBoot;
}
