export { nopForKernel } from "./kernel-nop.ts";
export type { UprobeOptimization } from "./kernel-nop.ts";
export { encodeArguments } from "./machine.ts";
export type { Machine, Nop, ProbeArgument } from "./machine.ts";
export type { ElfError, ElfErrorCode, ElfResult } from "./result.ts";
export { MAX_PROBE_ARGUMENTS, SEMAPHORES_SYMBOL, writeProbeLibrary } from "./write-probe-library.ts";
export type {
  ProbeDefinition,
  ProbeLayout,
  ProbeLibrary,
  ProbeLibraryOptions,
} from "./write-probe-library.ts";
