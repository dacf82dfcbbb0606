/**
 * Times as DTrace's `%Y` and `%T` show them, in the time zone of this process (the environment's TZ).
 */
import type { Int } from "../value/integer.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function dateOf(nanoseconds: Int): Date {
  const seconds = BigInt.asIntN(64, BigInt(nanoseconds)) / 1_000_000_000n;
  return new Date(Number(seconds) * 1000);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The year that the ISO 8601 week of `date` belongs to: that of the week's Thursday. */
function weekYear(date: Date): number {
  const thursday = new Date(date);
  thursday.setDate(date.getDate() + 4 - (date.getDay() || 7));
  return thursday.getFullYear();
}

function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "UTC";
}

/** `%Y`: `2023 Nov 14 22:13:20` for nanoseconds since 1970. */
export function formatYear(nanoseconds: Int): string {
  const date = dateOf(nanoseconds);
  const day = String(date.getDate()).padStart(2);
  return `${date.getFullYear()} ${MONTHS[date.getMonth()]} ${day} ${clock(date)}`;
}

/**
 * `%T`: `Tue, 14 Nov 2023 22:13:20 UTC`. The year is that of the ISO 8601 week, which differs from the calendar's around
 * New Year: so it is in DTrace (strftime's `%G`).
 */
export function formatMailTime(nanoseconds: Int): string {
  const date = dateOf(nanoseconds);
  const day = `${DAYS[date.getDay()]}, ${two(date.getDate())} ${MONTHS[date.getMonth()]}`;
  return `${day} ${weekYear(date)} ${clock(date)} ${zoneName(date)}`;
}
