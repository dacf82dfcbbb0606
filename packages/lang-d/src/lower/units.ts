/** Sizes and rates, as options and probe names write them. */

const SIZES: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes: `64`, `8m`. Undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  const found = /^(0x[0-9a-f]+|\d+)([kmgt]?)$/i.exec(text);
  if (found === null) return undefined;
  return Number(found[1]) * (SIZES[(found[2] ?? "").toLowerCase()] ?? 1);
}

/** Nanoseconds in a unit of time of D (dtrace(1), profile provider). `hz` is not one: it counts per second. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  nsec: 1,
  us: 1e3,
  usec: 1e3,
  ms: 1e6,
  msec: 1e6,
  s: 1e9,
  sec: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
  hour: 3600e9,
  d: 86_400e9,
  day: 86_400e9,
};

/**
 * The nanoseconds between two occurrences: `5s`, `100hz`, `250ms`. `bare` is the unit of a number without one.
 * Undefined for what is no rate, or is zero.
 */
export function parseRate(text: string, bare = "ns"): number | undefined {
  const found = /^(\d+)([a-z]*)$/i.exec(text);
  if (found === null) return undefined;
  const count = Number(found[1]);
  const unit = (found[2] ?? "").toLowerCase() || bare;
  if (count === 0) return undefined;
  if (unit === "hz") return Math.max(1, Math.floor(1e9 / count));
  const nanoseconds = UNITS[unit];
  return nanoseconds === undefined ? undefined : count * nanoseconds;
}
