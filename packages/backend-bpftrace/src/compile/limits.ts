/** How big things may get: bpftrace takes its limits from the environment. */
import { defaultOptions, type Diagnostic, type Program } from "@trace/core";
import type { Dialect } from "../dialect.ts";

/** The limits of a run. */
export interface Limits {
  /**
   * Bytes of a string, its NUL included, largest first. Where the first is too much for the BPF stack, which only
   * bpftrace can tell, the next is tried.
   */
  readonly stringSizes: readonly [number, ...number[]];
  /** Bytes of a string as the program asked for them. */
  readonly textSize: number;
  /** Elements of a map. */
  readonly mapKeys: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** The environment of bpftrace for `limits`, with strings of `stringSize` bytes. */
export function limitsEnvironment(
  limits: Limits,
  dialect: Dialect,
  stringSize: number,
): Readonly<Record<string, string>> {
  return {
    [dialect.stringSizeVariable]: String(stringSize),
    [dialect.mapKeysVariable]: String(limits.mapKeys),
    BPFTRACE_MAX_PROBES: String(mostProbes),
    BPFTRACE_MAX_BPF_PROGS: String(mostProbes),
    BPFTRACE_PERF_RB_PAGES: String(bufferPages),
  };
}

/**
 * Most elements of a map. The kernel sets room for all of them aside when the map is made: about 100 bytes and 8 for
 * each CPU, and for the two maps of strings as much as a string has.
 */
const mostMapKeys = 65_536;

/** Probes and programs that bpftrace may attach: it refuses more than 512 unless told. */
const mostProbes = 8_192;

/** Pages of each CPU's buffer for messages: 1 MiB. */
const bufferPages = 256;

/** Bytes of the BPF stack that are left for strings, once there is room for numbers. */
const stackForStrings = 480;

/** Sizes that are tried where strings are on the stack. */
const smallerSizes = [200, 160, 128, 112, 96, 80, 72, 64, 56, 48, 40, 32, 24, 16];

/** `stringSlots`: how many strings a block holds at once, at most. */
export function limitsOf(program: Program, dialect: Dialect, stringSlots: number): Limits {
  const textSize = program.options.stringSize ?? defaultOptions.stringSize;
  // Of whole words: 0.27 cannot set others to zero.
  const stringSize = Math.min(Math.ceil((textSize + 1) / 8) * 8, dialect.maxStringSize);
  const mapKeys = Math.min(program.options.maxKeys ?? defaultOptions.maxKeys, mostMapKeys);
  const diagnostics: Diagnostic[] = [];
  if (program.options.stringSize !== undefined && stringSize <= program.options.stringSize) {
    diagnostics.push({
      code: "BPFTRACE_STRING_SIZE",
      severity: "warning",
      message: `strings are cut at ${stringSize - 1} bytes, not at ${program.options.stringSize}`,
      hint: "bpftrace 0.22 and later have strings of up to 1023 bytes",
    });
  }
  if (program.options.maxKeys !== undefined && mapKeys < program.options.maxKeys) {
    diagnostics.push({
      code: "BPFTRACE_MAX_KEYS",
      severity: "warning",
      message: `aggregations and arrays hold ${mapKeys} keys, not ${program.options.maxKeys}`,
      hint: "the kernel sets aside the memory of all keys beforehand",
    });
  }
  if (!dialect.stringsOnStack) return { stringSizes: [stringSize], textSize, mapKeys, diagnostics };
  const first = Math.min(stringSize, Math.max(16, Math.floor(stackForStrings / stringSlots / 8) * 8));
  return {
    stringSizes: [first, ...smallerSizes.filter((size) => size < first)],
    textSize,
    mapKeys,
    diagnostics,
  };
}
