import { withFileSource } from "./byte-source.ts";
import type { ByteSource } from "./byte-source.ts";
import { fileOffsetOf, readElfFile } from "./elf-file.ts";
import type { ElfFile } from "./elf-file.ts";
import { readProbeNotes } from "./notes.ts";
import type { ProbeNote } from "./notes.ts";
import { parseOperands } from "./probe-operand.ts";
import type { ProbeOperand } from "./probe-operand.ts";
import { succeed } from "./result.ts";
import type { ElfResult } from "./result.ts";
import { readFunctionFinder } from "./symbols.ts";

/** A USDT probe of a program or library. */
export interface ElfProbe extends ProbeNote {
  /** Where the file holds the probe's nop, for a uprobe; undefined when nothing of the file is there. */
  readonly fileOffset: number | undefined;
  /** Where the file holds the semaphore, for a uprobe's reference counter; undefined when it has none. */
  readonly semaphoreOffset: number | undefined;
  readonly operands: readonly ProbeOperand[];
  /** The symbol of the function that holds the probe, where the file has one. */
  readonly function: string | undefined;
}

/** The USDT probes of the file at `path`, in the order of their notes; none is no error. */
export function readProbes(path: string): ElfResult<readonly ElfProbe[]> {
  return withFileSource(path, readProbesFrom);
}

/** As {@link readProbes}, of anything that can be read. */
export function readProbesFrom(source: ByteSource): ElfResult<readonly ElfProbe[]> {
  const file = readElfFile(source);
  return file.ok ? readProbesOf(file.value) : file;
}

function readProbesOf(file: ElfFile): ElfResult<readonly ElfProbe[]> {
  const notes = readProbeNotes(file);
  if (!notes.ok || notes.value.length === 0) return notes.ok ? succeed([]) : notes;
  const finder = readFunctionFinder(file);
  if (!finder.ok) return finder;
  return succeed(
    notes.value.map((note) => ({
      ...note,
      fileOffset: fileOffsetOf(file, note.location),
      semaphoreOffset: note.semaphore === 0n ? undefined : fileOffsetOf(file, note.semaphore),
      operands: parseOperands(note.argumentText),
      function: finder.value(note.location),
    })),
  );
}
