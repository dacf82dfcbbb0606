/** Stacks as SystemTap prints them (`print_ubacktrace`) and keeps them in keys (`ubacktrace`). */
import type { Stack, StackFrame } from "@trace/core";

function hexadecimal(value: number | bigint): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

/** ` 0x401136 : main+0x4 [/usr/bin/shop]`. SystemTap also tells the symbol's size, which is not known here. */
function frameLine({ address, module, symbol, offset }: StackFrame): string {
  const place =
    symbol === undefined ? "" : ` : ${symbol}${offset === undefined ? "" : `+${hexadecimal(offset)}`}`;
  return ` ${hexadecimal(address)}${place}${module === undefined ? "" : ` [${module}]`}\n`;
}

/** A line for each frame. */
export function renderBacktrace(stack: Stack): string {
  return stack.frames.map(frameLine).join("");
}

/** The addresses, innermost first, in one line. */
export function stackAddresses(stack: Stack): string {
  return stack.frames.map(({ address }) => hexadecimal(address)).join(" ");
}
