import type { Comparison, Measurement } from "./compare.ts";

/** The lines printed for one comparison: both loops, their ratio and difference, and whether the aim is met. */
export function formatMeasurement(comparison: Comparison, measured: Measurement): string {
  const { title, baseline, subject } = comparison;
  const width = Math.max(baseline.name.length, subject.name.length);
  const row = (name: string, nanoseconds: number): string =>
    `  ${name.padEnd(width)}  ${nanoseconds.toFixed(2).padStart(14)} ns/op`;
  const sign = measured.difference < 0 ? "" : "+";
  return [
    title,
    row(baseline.name, measured.baseline),
    `${row(subject.name, measured.subject)}  x${measured.ratio.toFixed(2)}  ${sign}${measured.difference.toFixed(2)} ns`,
    ...formatAim(comparison.aim, measured),
  ].join("\n");
}

function formatAim(aim: Comparison["aim"], { ratio, difference }: Measurement): string[] {
  if (aim === undefined) return [];
  const [met, limit] =
    "ratio" in aim
      ? [ratio <= aim.ratio, `x${aim.ratio}`]
      : [difference <= aim.nanoseconds, `+${aim.nanoseconds} ns`];
  return [`  aim: at most ${limit}: ${met ? "met" : "missed"}`];
}
