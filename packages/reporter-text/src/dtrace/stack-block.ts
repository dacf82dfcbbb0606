/** A stack in DTrace's output: on lines of its own. */
import { formatFrame, type Stack } from "@trace/core";

/** Blanks before a frame (the default of DTrace's option stackindent). */
const INDENT = " ".repeat(14);

/** A line break, then each frame of `stack` with its own. */
export function renderStackBlock(stack: Stack): string {
  return `\n${stack.frames.map((frame) => `${INDENT}${formatFrame(frame)}\n`).join("")}`;
}
