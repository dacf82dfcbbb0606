/** Internet addresses as text (inet_ntop(3), RFC 5952). */
import type { Int } from "@trace/core";
import type { Memory } from "../runtime/memory.ts";

/** Address families of Linux (sys/socket.h). */
const AF_INET = 2;
const AF_INET6 = 10;

export function formatIpv4(bytes: Uint8Array): string {
  return bytes.join(".");
}

export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return `::ffff:${formatIpv4(bytes.subarray(12))}`;
  const { start, length } = longestZeros(groups);
  const text = (from: number, to?: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return length < 2 ? text(0) : `${text(0, start)}::${text(start + length)}`;
}

/** The address of `family` at `address`; empty for a family that is none of the two. */
export function inetNtop(memory: Memory, family: number, address: Int): string {
  if (family === AF_INET) return formatIpv4(memory.read(address, 4));
  return family === AF_INET6 ? formatIpv6(memory.read(address, 16)) : "";
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: at - length + 1, length };
  }
  return best;
}
