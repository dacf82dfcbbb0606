/** Values as bpftrace shows them in keys and by `print`. */
import { isInt, renderPrintf, type Stack, type StackFrame, type Value } from "@trace/core";

/** Blanks before a frame. */
const INDENT = " ".repeat(8);

function frameText({ address, symbol, offset }: StackFrame): string {
  if (symbol === undefined) return `0x${BigInt.asUintN(64, BigInt(address)).toString(16)}`;
  return offset === undefined ? symbol : `${symbol}+${offset}`;
}

/** A stack: an empty line's start, then a line for each frame. */
export function stackText(stack: Stack): string {
  return `\n${stack.frames.map((frame) => `${INDENT}${frameText(frame)}\n`).join("")}`;
}

/** `value` as it is. */
export function valueText(value: Value): string {
  if (typeof value === "string") return value;
  if (isInt(value)) return String(value);
  return "frames" in value ? stackText(value) : renderPrintf([{ kind: "g" }], [value]);
}
