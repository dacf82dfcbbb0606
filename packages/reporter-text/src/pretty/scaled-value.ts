/** Numbers for people: three digits and a unit that suits. */
import type { Int } from "@trace/core";
import type { Unit } from "../text-style.ts";

const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const;
const TIME_STEPS = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "\u00b5s"],
  [1, "ns"],
] as const;
const BYTE_STEPS = [
  [2 ** 60, "EiB"],
  [2 ** 50, "PiB"],
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
  [1, "B"],
] as const;
const RATE_STEPS = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
] as const;

type Steps = readonly (readonly [size: number, name: string])[];

/** Three significant digits, without an exponent; integers below 1000 as they are. */
function threeDigits(value: number): string {
  if (Number.isInteger(value) && value < 1000) return String(value);
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

function scale(size: number, steps: Steps): readonly [digits: string, name: string] {
  for (const [at, [step, name]] of steps.entries()) {
    // What would round up to the next unit's 1 is shown as that.
    if (size < step * 0.9995 && at < steps.length - 1) continue;
    return [threeDigits(size / step), name];
  }
  return [threeDigits(size), ""];
}

/** `1234567` as `1,234,567`. */
function grouped(value: Int): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A duration of `size` times `unit`: `1.23 ms`, `12.3 s`, `2m 03s`, `1h 02m`. */
function durationText(size: number, unit: keyof typeof NANOSECONDS, unicode: boolean): string {
  const nanoseconds = size * NANOSECONDS[unit];
  const seconds = Math.round(nanoseconds / 1e9);
  if (seconds >= 3600)
    return `${grouped(Math.floor(seconds / 3600))}h ${twoDigits(Math.floor((seconds % 3600) / 60))}m`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  // Nothing is nothing in any unit: it stays in its own.
  const steps = size === 0 ? TIME_STEPS.filter(([step]) => step === NANOSECONDS[unit]) : TIME_STEPS;
  const [digits, name] = scale(nanoseconds, steps);
  return `${digits} ${unicode ? name : name.replace("\u00b5", "u")}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** `value` of `unit`: scaled where it has one, else exact with its thousands apart. */
export function scaledValue(value: Int, unit: Unit, unicode: boolean): string {
  if (unit === "none") return grouped(value);
  const number = Number(value);
  const sign = number < 0 ? "-" : "";
  const size = Math.abs(number);
  if (unit === "bytes") return `${sign}${scale(size, BYTE_STEPS).join(" ")}`;
  return `${sign}${durationText(size, unit, unicode)}`;
}

/** `perSecond` as `1.23k/s`; of times and bytes with their unit. */
export function rateText(perSecond: number, unit: Unit, unicode: boolean): string {
  if (unit !== "none") return `${scaledValue(Math.round(perSecond), unit, unicode)}/s`;
  const sign = perSecond < 0 ? "-" : "";
  return `${sign}${scale(Math.abs(Math.round(perSecond * 10) / 10), RATE_STEPS).join("")}/s`;
}

/** A part of a whole as `12.3%`. */
export function shareText(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
