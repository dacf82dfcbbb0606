/** Diagnostics as text, with the line of the source they are about. */
import type { Diagnostic, SourceText, Span } from "@trace/core";
import { LineMap } from "./line-map.ts";

/** Columns of source shown; a longer line is cut around the place. */
const WIDTH = 100;
const TAB = 8;
const GUTTER = 5;
const ELLIPSIS = "...";

/**
 * `diagnostic` with its place in `source` underlined, each line ended by a newline:
 *
 *     shop.d:3:7: error: undefined function strjon() [D_FUNC_UNDEF]
 *         3 |   x = strjon("a", "b");
 *           |       ^~~~~~
 *           = hint: did you mean 'strjoin'?
 *
 * A span over several lines is underlined in its first one. Control characters are shown as U+FFFD, so that a script
 * cannot write to the terminal through its own error messages.
 */
export function renderDiagnostic(diagnostic: Diagnostic, source: SourceText): string {
  const { severity, message, code, span, hint } = diagnostic;
  const indent = " ".repeat(GUTTER);
  let place = source.name;
  let excerpt = "";
  if (span !== undefined) {
    const map = new LineMap(source.text);
    const { line, column } = map.position(span.start);
    const { shown, underline } = excerptOf(map, line, span);
    place += `:${line}:${column}`;
    excerpt = `${String(line).padStart(GUTTER)} | ${shown}`.trimEnd() + `\n${indent} | ${underline}\n`;
  }
  const first = `${place}: ${severity}: ${printable(message)} [${code}]\n`;
  return first + excerpt + (hint === undefined ? "" : `${indent} = hint: ${printable(hint)}\n`);
}

/** All of `diagnostics`, one after the other. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], source: SourceText): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join("");
}

interface Cell {
  readonly text: string;
  readonly width: number;
  /** Offset of its character in the source. */
  readonly offset: number;
}

function excerptOf(map: LineMap, line: number, span: Span): { shown: string; underline: string } {
  const text = map.lineText(line);
  const start = map.lineStart(line);
  const place = Math.min(Math.max(0, span.start - start), text.length);
  // Only what is near the place can be shown: a line may be megabytes long.
  const first = Math.max(0, place - WIDTH);
  const near = text.slice(first, place + 2 * WIDTH);
  const cells = layOut(near, start + first);
  let marked = cells.findIndex((cell) => cell.offset >= span.start);
  if (marked < 0) marked = cells.length;
  const { from, to } = window(cells, marked);
  const before = from > 0 ? ELLIPSIS : "";
  const after = to < cells.length || first + near.length < text.length ? ELLIPSIS : "";
  const lead = before.length + columns(cells.slice(from, marked));
  const under = columns(cells.slice(marked, to).filter((cell) => cell.offset < span.end));
  const visible = cells.slice(from, to).map((cell) => cell.text);
  return {
    shown: before + visible.join("") + after,
    underline: " ".repeat(lead) + "^" + "~".repeat(Math.max(0, under - 1)),
  };
}

/** Which of `cells` fit, so that the one at `marked` is among them with a third of the width before it. */
function window(cells: readonly Cell[], marked: number): { from: number; to: number } {
  let from = 0;
  if (columns(cells) > WIDTH) {
    let room = Math.floor(WIDTH / 3);
    for (from = marked; from > 0 && room > 0; from--) room -= cells[from - 1]?.width ?? 0;
  }
  let to = from;
  for (let room = WIDTH; to < cells.length && room > 0; to++) room -= cells[to]?.width ?? 0;
  return { from, to };
}

function layOut(line: string, start: number): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = start;
  for (const character of line) {
    const width = character === "\t" ? TAB - (column % TAB) : widthOf(character);
    cells.push({ text: character === "\t" ? " ".repeat(width) : printable(character), width, offset });
    column += width;
    offset += character.length;
  }
  return cells;
}

function columns(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

const ZERO_WIDTH = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u;
const DOUBLE_WIDTH =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]$/u;

/** Columns of a terminal that `character` takes, near enough to UAX #11. */
function widthOf(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return DOUBLE_WIDTH.test(character) ? 2 : 1;
}

/** `text` without characters that steer terminals, and without halves of surrogate pairs. */
function printable(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, "\ufffd");
}
