import { createHash } from "node:crypto";

import { ByteWriter } from "./byte-writer.ts";
import {
  BIND_GLOBAL,
  DYNAMIC_HASH,
  DYNAMIC_NULL,
  DYNAMIC_SONAME,
  DYNAMIC_STRSZ,
  DYNAMIC_STRTAB,
  DYNAMIC_SYMENT,
  DYNAMIC_SYMTAB,
  ELF_CLASS_64,
  ELF_DATA_LITTLE_ENDIAN,
  ELF_HEADER_SIZE,
  ELF_MAGIC,
  FLAG_EXECUTE,
  FLAG_READ,
  FLAG_WRITE,
  NOTE_BUILD_ID,
  NOTE_STAPSDT,
  PROGRAM_HEADER_SIZE,
  SECTION_DYNAMIC,
  SECTION_DYNSYM,
  SECTION_FLAG_ALLOC,
  SECTION_FLAG_EXECUTE,
  SECTION_FLAG_WRITE,
  SECTION_HASH,
  SECTION_HEADER_SIZE,
  SECTION_NOTE,
  SECTION_PROGBITS,
  SECTION_STRTAB,
  SEGMENT_DYNAMIC,
  SEGMENT_GNU_STACK,
  SEGMENT_LOAD,
  SEGMENT_NOTE,
  SYMBOL_FUNCTION,
  SYMBOL_OBJECT,
  SYMBOL_SIZE,
  TYPE_SHARED_OBJECT,
} from "./elf-constants.ts";
import { encodeArguments, machineEncoding } from "./machine.ts";
import type { Machine, Nop, ProbeArgument } from "./machine.ts";
import { fail, succeed } from "./result.ts";
import type { ElfResult } from "./result.ts";
import { StringTable } from "./string-table.ts";
import { encodeHashTable } from "./symbol-hash.ts";

/** The symbol of the first semaphore: an array of unsigned 16-bit counters, one per probe, in order. */
export const SEMAPHORES_SYMBOL = "__trace_semaphores";

/** Most tracers read up to twelve arguments (`sys/sdt.h` defines no more). */
export const MAX_PROBE_ARGUMENTS = 12;

/** A probe to be written. */
export interface ProbeDefinition {
  /** Letters, digits, `_`, `-` and `.`, not starting with a digit; unique in the library. */
  readonly name: string;
  /** At most {@link MAX_PROBE_ARGUMENTS}. */
  readonly arguments: readonly ProbeArgument[];
}

export interface ProbeLibraryOptions {
  readonly machine: Machine;
  /** The provider's name: of the same characters as a probe's. */
  readonly provider: string;
  /** At least one. */
  readonly probes: readonly ProbeDefinition[];
  /** Default `nop1`. */
  readonly nop?: Nop;
}

/** Where the library holds a probe. Addresses are offsets in the file, too. */
export interface ProbeLayout {
  readonly name: string;
  /** The symbol of a function that fires the probe with its arguments, by the C calling convention. */
  readonly stubSymbol: string;
  readonly stubOffset: number;
  readonly semaphoreSymbol: string;
  readonly semaphoreOffset: number;
  /** As in the note: `-4@%edi 8@%rsi`. */
  readonly argumentText: string;
}

export interface ProbeLibrary {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case hexadecimal, 40 digits: a hash of all the rest of the file. */
  readonly buildId: string;
  readonly layout: readonly ProbeLayout[];
}

/**
 * Writes a shared library that carries probes: a stub and a semaphore for each, and the notes by which SystemTap,
 * perf, bpftrace, DTrace and gdb find them.
 *
 * Every byte of the file is loaded at the address that is its offset, so one number serves as both.
 */
export function writeProbeLibrary(options: ProbeLibraryOptions): ElfResult<ProbeLibrary> {
  if (options.probes.length === 0) {
    return fail(
      "ELF_BAD_PROBE",
      `provider ${options.provider} has no probes`,
      "add a probe, or write no library",
    );
  }
  const names = [options.provider, ...options.probes.map((probe) => probe.name)];
  const badName = names.find((name) => !/^[A-Za-z_][\w.-]{0,255}$/.test(name));
  if (badName !== undefined) {
    return fail(
      "ELF_BAD_PROBE",
      `${JSON.stringify(badName)} cannot name a provider or probe`,
      "use letters, digits, '_', '-' and '.', at most 256, the first not a digit",
    );
  }
  const crowded = options.probes.find((probe) => probe.arguments.length > MAX_PROBE_ARGUMENTS);
  if (crowded !== undefined) {
    return fail(
      "ELF_BAD_PROBE",
      `probe ${crowded.name} has ${crowded.arguments.length} arguments`,
      `tracers read at most ${MAX_PROBE_ARGUMENTS}`,
    );
  }
  const library = assemble(options);
  const symbols = library.symbolNames;
  const duplicate = symbols.find((name, index) => symbols.indexOf(name) !== index);
  if (duplicate !== undefined) {
    return fail(
      "ELF_BAD_PROBE",
      `two things in the library would be named ${duplicate}`,
      "rename one of the probes",
    );
  }
  return succeed({ bytes: library.bytes, buildId: library.buildId, layout: library.layout });
}

const STUB_ALIGNMENT = 16;
const SEMAPHORE_SIZE = 2;
const BUILD_ID_SIZE = 20;
const BUILD_ID_DESCRIPTION_OFFSET = 16;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly alignment: number;
  readonly content: Uint8Array;
  /** Name of the section that this one refers to. */
  readonly link?: string;
  readonly info?: number;
  readonly entrySize?: number;
}

interface PlacedSection extends Section {
  readonly offset: number;
}

interface Assembly {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly buildId: string;
  readonly layout: readonly ProbeLayout[];
  readonly symbolNames: readonly string[];
}

/**
 * The file: headers and the read-only sections, a page with the stubs, a page with the dynamic section and the
 * semaphores, then what is not loaded: notes and section names, section headers.
 */
function assemble({ machine, provider, probes, nop = "nop1" }: ProbeLibraryOptions): Assembly {
  const encoding = machineEncoding(machine);
  const strings = new StringTable();

  const stub = encoding.stub(nop);
  const text = new ByteWriter();
  for (const _ of probes) text.align(STUB_ALIGNMENT, encoding.filler).bytes(stub);

  // Addresses are needed by symbols, whose table comes before what they point to: its size alone is known first.
  const symbolNames = [
    "",
    SEMAPHORES_SYMBOL,
    ...probes.flatMap(({ name }) => [name, semaphoreSymbol(provider, name)]),
  ];
  for (const name of symbolNames) strings.add(name);
  const soname = strings.add(`${provider}.so`);
  const dynamicStrings = strings.finish();

  const readOnly = placeSections(ELF_HEADER_SIZE + SEGMENT_COUNT * PROGRAM_HEADER_SIZE, [
    {
      name: ".note.gnu.build-id",
      type: SECTION_NOTE,
      flags: SECTION_FLAG_ALLOC,
      alignment: 4,
      content: encodeNote("GNU", NOTE_BUILD_ID, new Uint8Array(BUILD_ID_SIZE)),
    },
    {
      name: ".hash",
      type: SECTION_HASH,
      flags: SECTION_FLAG_ALLOC,
      alignment: 8,
      content: encodeHashTable(symbolNames),
      link: ".dynsym",
      entrySize: 4,
    },
    {
      name: ".dynsym",
      type: SECTION_DYNSYM,
      flags: SECTION_FLAG_ALLOC,
      alignment: 8,
      content: new Uint8Array(symbolNames.length * SYMBOL_SIZE),
      link: ".dynstr",
      info: 1,
      entrySize: SYMBOL_SIZE,
    },
    {
      name: ".dynstr",
      type: SECTION_STRTAB,
      flags: SECTION_FLAG_ALLOC,
      alignment: 1,
      content: dynamicStrings,
    },
    // Tracers compare the address of this section with the one in the notes, to see whether a tool moved the file.
    {
      name: ".stapsdt.base",
      type: SECTION_PROGBITS,
      flags: SECTION_FLAG_ALLOC,
      alignment: 1,
      content: new Uint8Array(1),
    },
  ]);
  const executable = placeSections(nextPage(readOnly, encoding.pageSize), [
    {
      name: ".text",
      type: SECTION_PROGBITS,
      flags: SECTION_FLAG_ALLOC | SECTION_FLAG_EXECUTE,
      alignment: STUB_ALIGNMENT,
      content: text.finish(),
    },
  ]);
  const [buildIdNote, hash, dynamicSymbols, dynamicStringTable, base] = readOnly as Tuple5<PlacedSection>;
  const [stubs] = executable as [PlacedSection];
  const writable = placeSections(nextPage(executable, encoding.pageSize), [
    {
      name: ".dynamic",
      type: SECTION_DYNAMIC,
      flags: SECTION_FLAG_ALLOC | SECTION_FLAG_WRITE,
      alignment: 8,
      content: encodeDynamic([
        [DYNAMIC_SONAME, soname],
        [DYNAMIC_HASH, hash.offset],
        [DYNAMIC_STRTAB, dynamicStringTable.offset],
        [DYNAMIC_SYMTAB, dynamicSymbols.offset],
        [DYNAMIC_STRSZ, dynamicStrings.length],
        [DYNAMIC_SYMENT, SYMBOL_SIZE],
        [DYNAMIC_NULL, 0],
      ]),
      link: ".dynstr",
      entrySize: 16,
    },
    {
      name: ".probes",
      type: SECTION_PROGBITS,
      flags: SECTION_FLAG_ALLOC | SECTION_FLAG_WRITE,
      alignment: SEMAPHORE_SIZE,
      content: new Uint8Array(probes.length * SEMAPHORE_SIZE),
    },
  ]);
  const [dynamic, semaphores] = writable as [PlacedSection, PlacedSection];

  const layout = probes.map(({ name, arguments: probeArguments }, index): ProbeLayout => ({
    name,
    stubSymbol: name,
    stubOffset: stubs.offset + index * STUB_ALIGNMENT,
    semaphoreSymbol: semaphoreSymbol(provider, name),
    semaphoreOffset: semaphores.offset + index * SEMAPHORE_SIZE,
    argumentText: encodeArguments(machine, probeArguments),
  }));

  const loaded = [...readOnly, ...executable, ...writable];
  const sectionIndex = (name: string): number => 1 + loaded.findIndex((section) => section.name === name);
  dynamicSymbols.content.set(
    encodeSymbols([
      {
        name: strings.add(SEMAPHORES_SYMBOL),
        type: SYMBOL_OBJECT,
        section: sectionIndex(".probes"),
        address: semaphores.offset,
        size: semaphores.content.length,
      },
      ...layout.flatMap((probe) => [
        {
          name: strings.add(probe.stubSymbol),
          type: SYMBOL_FUNCTION,
          section: sectionIndex(".text"),
          address: probe.stubOffset,
          size: stub.length,
        },
        {
          name: strings.add(probe.semaphoreSymbol),
          type: SYMBOL_OBJECT,
          section: sectionIndex(".probes"),
          address: probe.semaphoreOffset,
          size: SEMAPHORE_SIZE,
        },
      ]),
    ]),
  );

  const notes = new ByteWriter();
  for (const probe of layout) notes.bytes(encodeProbeNote(provider, probe, base.offset));
  const sectionNames = new StringTable();
  for (const { name } of loaded) sectionNames.add(name);
  sectionNames.add(".note.stapsdt");
  sectionNames.add(".shstrtab");
  const unloaded = placeSections(endOf(writable), [
    { name: ".note.stapsdt", type: SECTION_NOTE, flags: 0n, alignment: 4, content: notes.finish() },
    { name: ".shstrtab", type: SECTION_STRTAB, flags: 0n, alignment: 1, content: sectionNames.finish() },
  ]);

  const sections = [...loaded, ...unloaded];
  const sectionHeaders = Math.ceil(endOf(unloaded) / 8) * 8;
  const file = new ByteWriter();
  writeHeader(file, encoding.code, sectionHeaders, sections.length + 1);
  const segments: readonly Segment[] = [
    { type: SEGMENT_LOAD, flags: FLAG_READ, start: 0, end: endOf(readOnly), alignment: encoding.pageSize },
    {
      ...spanOf(executable),
      type: SEGMENT_LOAD,
      flags: FLAG_READ | FLAG_EXECUTE,
      alignment: encoding.pageSize,
    },
    { ...spanOf(writable), type: SEGMENT_LOAD, flags: FLAG_READ | FLAG_WRITE, alignment: encoding.pageSize },
    { ...spanOf([dynamic]), type: SEGMENT_DYNAMIC, flags: FLAG_READ | FLAG_WRITE, alignment: 8 },
    { ...spanOf([buildIdNote]), type: SEGMENT_NOTE, flags: FLAG_READ, alignment: 4 },
    { type: SEGMENT_GNU_STACK, flags: FLAG_READ | FLAG_WRITE, start: 0, end: 0, alignment: 16 },
  ];
  for (const segment of segments) writeProgramHeader(file, segment);
  for (const section of sections) file.padTo(section.offset).bytes(section.content);
  file.padTo(sectionHeaders);
  file.bytes(new Uint8Array(SECTION_HEADER_SIZE));
  for (const section of sections) writeSectionHeader(file, section, sectionNames, sectionIndex);

  const bytes = file.finish();
  const digest = createHash("sha1").update(bytes).digest();
  bytes.set(digest, buildIdNote.offset + BUILD_ID_DESCRIPTION_OFFSET);
  return { bytes, buildId: digest.toString("hex"), layout, symbolNames };
}

type Tuple5<T> = [T, T, T, T, T];

const SEGMENT_COUNT = 6;

/** As `sys/sdt.h` names it. */
function semaphoreSymbol(provider: string, probe: string): string {
  return `${provider}_${probe}_semaphore`;
}

function placeSections(start: number, sections: readonly Section[]): readonly PlacedSection[] {
  let end = start;
  return sections.map((section) => {
    const offset = Math.ceil(end / section.alignment) * section.alignment;
    end = offset + section.content.length;
    return { ...section, offset };
  });
}

function endOf(sections: readonly PlacedSection[]): number {
  const last = sections.at(-1);
  return last === undefined ? 0 : last.offset + last.content.length;
}

function spanOf(sections: readonly PlacedSection[]): { start: number; end: number } {
  return { start: sections[0]?.offset ?? 0, end: endOf(sections) };
}

function nextPage(sections: readonly PlacedSection[], pageSize: number): number {
  return Math.ceil(endOf(sections) / pageSize) * pageSize;
}

function encodeNote(owner: string, type: number, description: Uint8Array): Uint8Array {
  const writer = new ByteWriter()
    .u32(owner.length + 1)
    .u32(description.length)
    .u32(type);
  return writer.cString(owner).align(4).bytes(description).align(4).finish();
}

function encodeProbeNote(provider: string, probe: ProbeLayout, base: number): Uint8Array {
  const description = new ByteWriter().u64(probe.stubOffset).u64(base).u64(probe.semaphoreOffset);
  description.cString(provider).cString(probe.name).cString(probe.argumentText);
  return encodeNote("stapsdt", NOTE_STAPSDT, description.finish());
}

function encodeDynamic(entries: readonly (readonly [tag: number, value: number])[]): Uint8Array {
  const writer = new ByteWriter();
  for (const [tag, value] of entries) writer.u64(tag).u64(value);
  return writer.finish();
}

interface SymbolEntry {
  /** Offset in the string table. */
  readonly name: number;
  readonly type: number;
  readonly section: number;
  readonly address: number;
  readonly size: number;
}

function encodeSymbols(symbols: readonly SymbolEntry[]): Uint8Array {
  const writer = new ByteWriter().bytes(new Uint8Array(SYMBOL_SIZE));
  for (const { name, type, section, address, size } of symbols) {
    writer
      .u32(name)
      .u8((BIND_GLOBAL << 4) | type)
      .u8(0)
      .u16(section)
      .u64(address)
      .u64(size);
  }
  return writer.finish();
}

function writeHeader(
  file: ByteWriter,
  machineCode: number,
  sectionHeaders: number,
  sectionCount: number,
): void {
  file.u32(ELF_MAGIC).u8(ELF_CLASS_64).u8(ELF_DATA_LITTLE_ENDIAN).u8(1).padTo(16);
  file.u16(TYPE_SHARED_OBJECT).u16(machineCode).u32(1);
  file.u64(0).u64(ELF_HEADER_SIZE).u64(sectionHeaders).u32(0);
  file.u16(ELF_HEADER_SIZE).u16(PROGRAM_HEADER_SIZE).u16(SEGMENT_COUNT);
  file
    .u16(SECTION_HEADER_SIZE)
    .u16(sectionCount)
    .u16(sectionCount - 1);
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly start: number;
  readonly end: number;
  readonly alignment: number;
}

function writeProgramHeader(file: ByteWriter, { type, flags, start, end, alignment }: Segment): void {
  const size = end - start;
  file.u32(type).u32(flags).u64(start).u64(start).u64(start).u64(size).u64(size).u64(alignment);
}

function writeSectionHeader(
  file: ByteWriter,
  section: PlacedSection,
  names: StringTable,
  indexOf: (name: string) => number,
): void {
  const address = section.flags === 0n ? 0 : section.offset;
  file.u32(names.add(section.name)).u32(section.type).u64(section.flags);
  file.u64(address).u64(section.offset).u64(section.content.length);
  file.u32(section.link === undefined ? 0 : indexOf(section.link)).u32(section.info ?? 0);
  file.u64(section.alignment).u64(section.entrySize ?? 0);
}
