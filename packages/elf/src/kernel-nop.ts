import type { Machine, Nop } from "./machine.ts";

/** What the running kernel's uprobe system call says of itself; the add-on of `@trace/provider-stapsdt` asks it. */
export type UprobeOptimization = "none" | "nop5" | "nop10" | "unknown";

/** Kernels whose releases start the two forms of optimized uprobes (`arch/x86/kernel/uprobes.c`). */
const NOP5_SINCE = { major: 6, minor: 18 };
const NOP10_SINCE = { major: 7, minor: 3 };

/**
 * The nop that lets this kernel reach a probe cheapest.
 *
 * On x86-64 a kernel from 6.18 replaces a 5-byte nop by a call, which costs about two thirds of a trap; from
 * 7.3 (and where that change was taken over into an older one) it is a 10-byte nop. A kernel before 6.18 has to
 * single-step a 5-byte nop, at many times the cost of the 1-byte one, which it skips. A kernel that does not want
 * the 10-byte nop refuses it for its CS prefix, and tracers do not say so: the probe is never hit.
 *
 * @param kernel `release` as `os.release()` gives it; `optimization`, exact where known, outweighs it.
 */
export function nopForKernel(
  machine: Machine,
  kernel: { readonly release: string; readonly optimization?: UprobeOptimization },
): Nop {
  if (machine !== "x86-64") return "nop1";
  const { optimization = "unknown" } = kernel;
  switch (optimization) {
    case "nop5":
    case "nop10":
      return optimization;
    case "none":
      return "nop1";
    case "unknown":
      return nopForRelease(kernel.release);
  }
}

function nopForRelease(release: string): Nop {
  const match = /^(\d+)\.(\d+)/.exec(release);
  if (match === null) return "nop1";
  const version = { major: Number(match[1]), minor: Number(match[2]) };
  if (isAtLeast(version, NOP10_SINCE)) return "nop10";
  return isAtLeast(version, NOP5_SINCE) ? "nop5" : "nop1";
}

interface Version {
  readonly major: number;
  readonly minor: number;
}

function isAtLeast(version: Version, floor: Version): boolean {
  return version.major > floor.major || (version.major === floor.major && version.minor >= floor.minor);
}
