/** Values as `pretty` shows them, a line or, for stacks, a line a frame. */
import { formatFrame, isInt, renderPrintf, type Value } from "@trace/core";
import { printableText } from "./display-width.ts";

/** The lines of `value`; control characters in it are escaped. */
export function valueLines(value: Value): readonly string[] {
  if (typeof value === "string") return [printableText(value)];
  if (isInt(value)) return [String(value)];
  return "frames" in value
    ? value.frames.map((frame) => printableText(formatFrame(frame)))
    : [renderPrintf([{ kind: "g" }], [value])];
}
