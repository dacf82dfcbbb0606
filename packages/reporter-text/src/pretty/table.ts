/** Aligned columns that fit a width. */
import { displayWidth, padToWidth, truncateToWidth } from "./display-width.ts";
import type { Theme } from "./theme.ts";

/** A column: its head, and a cell of one or more lines for each row. */
export interface Column {
  readonly head: string;
  readonly cells: readonly (readonly string[])[];
  readonly right?: boolean;
  /** May be cut when the table is too wide. */
  readonly shrinks?: boolean;
  readonly paint?: (text: string) => string;
}

const GAP = "  ";
/** A column that shrinks keeps so many columns of the terminal. */
const LEAST = 8;

function naturalWidth({ head, cells }: Column): number {
  let width = displayWidth(head);
  for (const lines of cells) for (const line of lines) width = Math.max(width, displayWidth(line));
  return width;
}

/** The widths of `columns`: the widest that may shrink shrinks until all fit. */
function fittingWidths(columns: readonly Column[], width: number): readonly number[] {
  const widths = columns.map(naturalWidth);
  for (;;) {
    const excess = tableWidth(widths) - width;
    if (excess <= 0) return widths;
    let widest: number | undefined;
    for (const [at, column] of columns.entries()) {
      const own = widths[at] ?? 0;
      if (column.shrinks === true && own > LEAST && own > (widths[widest ?? -1] ?? 0)) widest = at;
    }
    if (widest === undefined) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length);
}

/** How many columns of the terminal `columns` leave of the theme's width, with the gap before one more. */
export function roomBeside(columns: readonly Column[], { width }: Theme): number {
  return width - tableWidth(fittingWidths(columns, width)) - GAP.length;
}

/** The lines of a table: the heads, then the rows. Lines do not end in blanks. */
export function tableLines(columns: readonly Column[], theme: Theme): readonly string[] {
  const widths = fittingWidths(columns, theme.width);
  const fit = (text: string, column: Column, at: number): string =>
    padToWidth(truncateToWidth(text, widths[at] ?? 0, theme.ellipsis), widths[at] ?? 0, column.right);
  const join = (cells: readonly string[]): string => cells.join(GAP);
  const lines = [theme.faint(join(columns.map((column, at) => fit(column.head, column, at))).trimEnd())];
  const rows = columns[0]?.cells.length ?? 0;
  for (let row = 0; row < rows; row++) {
    const height = Math.max(...columns.map(({ cells }) => cells[row]?.length ?? 0));
    for (let line = 0; line < height; line++) {
      const texts = columns.map((column) => column.cells[row]?.[line] ?? "");
      const last = texts.findLastIndex((text) => text !== "");
      const shown = columns.slice(0, last + 1).map((column, at) => {
        const text = fit(texts[at] ?? "", column, at);
        const trimmed = at === last ? text.trimEnd() : text;
        return column.paint === undefined ? trimmed : column.paint(trimmed);
      });
      lines.push(join(shown));
    }
  }
  return lines;
}
