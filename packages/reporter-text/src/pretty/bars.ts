/** Bars and small distributions drawn with characters. */

/** A bar of `share` (0 to 1) of `width` columns; anything above 0 shows. */
export type DrawBar = (share: number, width: number) => string;

/** A character for each of `shares` (0 to 1), its height; anything above 0 shows. */
export type DrawSparkline = (shares: readonly number[]) => string;

/** Left parts of a column, in eighths (Unicode "Block Elements"). */
const EIGHTHS = ["", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"];
const FULL = "\u2588";
const HEIGHTS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
const ASCII_HEIGHTS = ".:-=+*#@";

/** Bars of eighths of a column, or of `#`. */
export function barOf(unicode: boolean): DrawBar {
  if (!unicode) return (share, width) => "#".repeat(parts(share, width));
  return (share, width) => {
    const eighths = parts(share, width * 8);
    return FULL.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? "");
  };
}

/** Columns of eighths of a line, or ASCII characters of growing weight. */
export function sparklineOf(unicode: boolean): DrawSparkline {
  const heights = unicode ? HEIGHTS : ASCII_HEIGHTS;
  return (shares) =>
    shares.map((share) => (share > 0 ? heights.charAt(parts(share, heights.length) - 1) : " ")).join("");
}

function parts(share: number, all: number): number {
  return share <= 0 ? 0 : Math.min(all, Math.max(1, Math.round(share * all)));
}
