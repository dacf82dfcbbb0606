/** One line that tells how a run is going. */
import { rateText, scaledValue } from "./pretty/scaled-value.ts";
import { themeOf } from "./pretty/theme.ts";
import type { StyleOptions } from "./text-style.ts";

/** How a run is going. Times in milliseconds. */
export interface RunStatus {
  /** Probes that are attached; undefined before. */
  readonly attached?: number;
  /** Records so far, and as many of them as came in the last second. */
  readonly events: number;
  readonly eventsPerSecond?: number;
  /** What was lost so far: records, elements, and probes. */
  readonly lost: number;
  readonly elapsed: number;
  /** Until the run ends by itself. */
  readonly left?: number;
}

/** `3 probes  1,234 events  56/s  nothing lost  12 s left`, at most as wide as `options` say; no line break. */
export function statusLine(status: RunStatus, options: StyleOptions = {}): string {
  const { attached, events, eventsPerSecond, lost, elapsed, left } = status;
  const theme = themeOf(options);
  const seconds = (milliseconds: number): string =>
    scaledValue(Math.max(0, Math.round(milliseconds / 1000)), "s", theme.unicode);
  const parts = [
    attached === undefined ? "attaching" : count(attached, "probe"),
    count(events, "event"),
    ...(eventsPerSecond === undefined ? [] : [rateText(eventsPerSecond, "none", theme.unicode)]),
    lost === 0 ? "nothing lost" : `${scaledValue(lost, "none", true)} lost`,
    left === undefined ? seconds(elapsed) : `${seconds(left)} left`,
  ];
  // Every character of it takes one column.
  const full = parts.join("  ");
  const room = theme.width - theme.ellipsis.length;
  const line = full.length <= theme.width ? full : full.slice(0, room) + theme.ellipsis;
  return lost === 0 ? theme.faint(line) : theme.title(line);
}

function count(number: number, what: string): string {
  return `${scaledValue(number, "none", true)} ${what}${number === 1 ? "" : "s"}`;
}
