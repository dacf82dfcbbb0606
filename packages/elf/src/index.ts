export { bytesSource, withFileSource } from "./byte-source.ts";
export type { ByteSource } from "./byte-source.ts";
export { fileOffsetOf, readElfFile, readSection } from "./elf-file.ts";
export type { ElfFile, ElfSection, ElfSegment } from "./elf-file.ts";
export { nopForKernel } from "./kernel-nop.ts";
export type { UprobeOptimization } from "./kernel-nop.ts";
export { encodeArguments } from "./machine.ts";
export type { Machine, Nop, ProbeArgument } from "./machine.ts";
export { readBuildId, readNotes, readProbeNotes } from "./notes.ts";
export type { ElfNote, ProbeNote } from "./notes.ts";
export { parseOperands } from "./probe-operand.ts";
export type { OperandPlace, ProbeOperand } from "./probe-operand.ts";
export { findProcessProbes, listProcessFiles } from "./process-files.ts";
export type { ProcessFile, ProcessProbes } from "./process-files.ts";
export { readProbes, readProbesFrom } from "./read-probes.ts";
export type { ElfProbe } from "./read-probes.ts";
export type { ElfError, ElfErrorCode, ElfResult } from "./result.ts";
export { readSymbols } from "./symbols.ts";
export type { ElfSymbol } from "./symbols.ts";
export { MAX_PROBE_ARGUMENTS, SEMAPHORES_SYMBOL, writeProbeLibrary } from "./write-probe-library.ts";
export type {
  ProbeDefinition,
  ProbeLayout,
  ProbeLibrary,
  ProbeLibraryOptions,
} from "./write-probe-library.ts";
