/** Stacks as text. */
import type { StackFrame } from "../value/value.ts";

/** A frame as DTrace writes it: module`symbol+0x1f, or the address where there is no symbol. */
export function formatFrame(frame: StackFrame): string {
  const module = frame.module === undefined ? "" : `${frame.module}\``;
  if (frame.symbol === undefined)
    return `${module}0x${BigInt.asUintN(64, BigInt(frame.address)).toString(16)}`;
  const offset = frame.offset === undefined || frame.offset === 0 ? "" : `+0x${frame.offset.toString(16)}`;
  return `${module}${frame.symbol}${offset}`;
}
