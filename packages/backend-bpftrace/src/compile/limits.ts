/** How big things may get: bpftrace takes its limits from the environment. */
import { defaultOptions, type Diagnostic, type Program } from "@trace/core";
import type { Dialect } from "../dialect.ts";
import type { ScriptContext } from "./script-context.ts";

/** The limits of a run. */
export interface Limits {
  /** Bytes of a string, without its NUL; longer ones are cut. */
  readonly stringSize: number;
  /** Elements of a map. */
  readonly mapKeys: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
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

export function limitsOf(program: Program, dialect: Dialect, context: ScriptContext): Limits {
  const wanted = program.options.stringSize ?? defaultOptions.stringSize;
  const stringSize = Math.min(wanted, dialect.maxStringSize - 1);
  const mapKeys = Math.min(program.options.maxKeys ?? defaultOptions.maxKeys, mostMapKeys);
  const diagnostics: Diagnostic[] = [];
  if (program.options.stringSize !== undefined && stringSize < program.options.stringSize) {
    diagnostics.push({
      code: "BPFTRACE_STRING_SIZE",
      severity: "warning",
      message: `strings are cut at ${stringSize} bytes, not at ${program.options.stringSize}`,
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
  void context;
  return {
    stringSize,
    mapKeys,
    environment: {
      [dialect.stringSizeVariable]: String(stringSize + 1),
      [dialect.mapKeysVariable]: String(mapKeys),
      BPFTRACE_MAX_PROBES: String(mostProbes),
      BPFTRACE_MAX_BPF_PROGS: String(mostProbes),
      BPFTRACE_PERF_RB_PAGES: String(bufferPages),
    },
    diagnostics,
  };
}
