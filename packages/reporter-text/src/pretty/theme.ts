/** How `pretty` looks: colours, characters, and room. */
import picocolors from "picocolors";
import type { StyleOptions } from "../text-style.ts";
import { barOf, sparklineOf, type DrawBar, type DrawSparkline } from "./bars.ts";

/** What drawing needs to know of the terminal. */
export interface Theme {
  readonly width: number;
  readonly unicode: boolean;
  readonly title: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly accent: (text: string) => string;
  /** What stands for text that was cut. */
  readonly ellipsis: string;
  /** Before the low end of an open range. */
  readonly atLeast: string;
  /** Before the high end of a range. */
  readonly atMost: string;
  readonly bar: DrawBar;
  readonly sparkline: DrawSparkline;
}

/** Fewer columns than this make no table. */
const LEAST_WIDTH = 20;

/** The theme that `options` ask for. */
export function themeOf({ width = 80, color = false, unicode = true }: StyleOptions): Theme {
  const { bold, dim, cyan } = picocolors.createColors(color);
  return {
    width: Math.max(LEAST_WIDTH, width),
    unicode,
    title: bold,
    faint: dim,
    accent: cyan,
    ellipsis: unicode ? "\u2026" : "...",
    atLeast: unicode ? "\u2265" : ">=",
    atMost: unicode ? "\u2264" : "<=",
    bar: barOf(unicode),
    sparkline: sparklineOf(unicode),
  };
}
