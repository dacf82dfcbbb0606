import type { ByteSource } from "./byte-source.ts";
import {
  ELF_CLASS_64,
  ELF_DATA_LITTLE_ENDIAN,
  ELF_HEADER_SIZE,
  ELF_MAGIC,
  MACHINE_AARCH64,
  MACHINE_X86_64,
  PROGRAM_HEADER_SIZE,
  SECTION_HEADER_SIZE,
  SECTION_INDEX_EXTENDED,
  SECTION_NOBITS,
  SEGMENT_LOAD,
} from "./elf-constants.ts";
import { fail, succeed } from "./result.ts";
import type { ElfError, ElfResult } from "./result.ts";

/** A section of the file. */
export interface ElfSection {
  readonly name: string;
  /** `sh_type`. */
  readonly type: number;
  readonly address: bigint;
  /** Where the file holds it. */
  readonly offset: number;
  /** Bytes in memory; in the file, too, unless the type is NOBITS. */
  readonly size: number;
  /** `sh_link`: the index of the section that this one refers to. */
  readonly link: number;
}

/** A part of the file that is mapped when the program runs. */
export interface ElfSegment {
  readonly address: bigint;
  readonly offset: number;
  /** Bytes that come from the file. */
  readonly fileSize: number;
  /** `PF_X` 1, `PF_W` 2, `PF_R` 4. */
  readonly flags: number;
}

/** The headers of an ELF file: 64-bit, little-endian. */
export interface ElfFile {
  readonly source: ByteSource;
  /** `other` is read as well: the format is the same. */
  readonly machine: "x86-64" | "aarch64" | "other";
  /** `e_type`: 2 is a program at a fixed address, 3 a shared object or position-independent program. */
  readonly type: number;
  /** In the file's order; the first is the null section. Empty when the file has been stripped of them. */
  readonly sections: readonly ElfSection[];
  /** The load segments. */
  readonly segments: readonly ElfSegment[];
}

/** More than this at once is not read: no table of a real program comes near it. */
const MAX_TABLE_BYTES = 512 * 1024 * 1024;

const MAX_SECTION_NAME = 256;

/** Reads the headers. */
export function readElfFile(source: ByteSource): ElfResult<ElfFile> {
  const header = source.read(0, ELF_HEADER_SIZE);
  if (header === undefined || viewOf(header).getUint32(0, true) !== ELF_MAGIC) {
    return fail("ELF_NOT_ELF", "not an ELF file", "name a program or a shared library");
  }
  if (header[4] !== ELF_CLASS_64 || header[5] !== ELF_DATA_LITTLE_ENDIAN) {
    const kind = header[4] === ELF_CLASS_64 ? "big-endian" : "32-bit";
    return fail(
      "ELF_UNSUPPORTED",
      `a ${kind} ELF file`,
      "64-bit little-endian programs and libraries can be read",
    );
  }
  const view = viewOf(header);
  const sections = readSections(source, view);
  if (!sections.ok) return sections;
  const segments = readSegments(source, view);
  if (!segments.ok) return segments;
  const machine = machineName(view.getUint16(18, true));
  return succeed({
    source,
    machine,
    type: view.getUint16(16, true),
    sections: sections.value,
    segments: segments.value,
  });
}

/** The content of a section; empty for one that takes no place in the file. */
export function readSection({ source }: ElfFile, section: ElfSection): ElfResult<Uint8Array> {
  if (section.type === SECTION_NOBITS) return succeed(new Uint8Array());
  return readTable(source, section.offset, section.size, `section ${section.name}`);
}

/** Where the file holds the byte at `address` of the running program; undefined where that is not from the file. */
export function fileOffsetOf({ segments }: ElfFile, address: bigint): number | undefined {
  for (const segment of segments) {
    const within = address - segment.address;
    if (within >= 0n && within < BigInt(segment.fileSize)) return segment.offset + Number(within);
  }
  return undefined;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The NUL-terminated string at `offset`, cut at `limit` bytes; undefined when it starts outside or has no end. */
export function readCString(bytes: Uint8Array, offset: number, limit: number): string | undefined {
  if (offset >= bytes.length) return undefined;
  const window = bytes.subarray(offset, offset + limit);
  const end = window.indexOf(0);
  if (end < 0 && window.length < limit) return undefined;
  return Buffer.from(window.buffer, window.byteOffset, end < 0 ? limit : end).toString("utf8");
}

/** A malformed-file error. */
export function malformed(what: string): { readonly ok: false; readonly error: ElfError } {
  return fail(
    "ELF_MALFORMED",
    `malformed ELF file: ${what}`,
    "the file may be cut short or damaged: copy or build it again",
  );
}

function readTable(source: ByteSource, offset: number, size: number, what: string): ElfResult<Uint8Array> {
  if (size > MAX_TABLE_BYTES)
    return fail("ELF_TOO_LARGE", `${what} has ${size} bytes`, `at most ${MAX_TABLE_BYTES} are read`);
  const bytes = source.read(offset, size);
  return bytes === undefined ? malformed(`${what} is outside of the file`) : succeed(bytes);
}

function machineName(code: number): ElfFile["machine"] {
  if (code === MACHINE_X86_64) return "x86-64";
  return code === MACHINE_AARCH64 ? "aarch64" : "other";
}

function readSections(source: ByteSource, header: DataView): ElfResult<readonly ElfSection[]> {
  const offset = Number(header.getBigUint64(40, true));
  if (offset === 0) return succeed([]);
  if (header.getUint16(58, true) !== SECTION_HEADER_SIZE) return malformed("section headers of unknown size");
  const first = readTable(source, offset, SECTION_HEADER_SIZE, "the section header table");
  if (!first.ok) return first;
  // A file of very many sections keeps their number, and the index of the name table, in the null section.
  const firstView = viewOf(first.value);
  const count = header.getUint16(60, true) || Number(firstView.getBigUint64(32, true));
  const nameIndex = header.getUint16(62, true);
  const table = readTable(source, offset, count * SECTION_HEADER_SIZE, "the section header table");
  if (!table.ok) return table;

  const view = viewOf(table.value);
  const sections: (ElfSection & { readonly nameOffset: number })[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * SECTION_HEADER_SIZE;
    sections.push({
      name: "",
      nameOffset: view.getUint32(at, true),
      type: view.getUint32(at + 4, true),
      address: view.getBigUint64(at + 16, true),
      offset: Number(view.getBigUint64(at + 24, true)),
      size: Number(view.getBigUint64(at + 32, true)),
      link: view.getUint32(at + 40, true),
    });
  }
  const nameSection =
    sections[nameIndex === SECTION_INDEX_EXTENDED ? firstView.getUint32(40, true) : nameIndex];
  if (nameSection === undefined) return malformed("no section of the sections' names");
  const names = readTable(source, nameSection.offset, nameSection.size, "the table of the sections' names");
  if (!names.ok) return names;
  return succeed(
    sections.map(({ nameOffset, ...section }) => ({
      ...section,
      name: readCString(names.value, nameOffset, MAX_SECTION_NAME) ?? "",
    })),
  );
}

function readSegments(source: ByteSource, header: DataView): ElfResult<readonly ElfSegment[]> {
  const count = header.getUint16(56, true);
  if (count === 0) return succeed([]);
  if (header.getUint16(54, true) !== PROGRAM_HEADER_SIZE) return malformed("program headers of unknown size");
  const offset = Number(header.getBigUint64(32, true));
  const table = readTable(source, offset, count * PROGRAM_HEADER_SIZE, "the program header table");
  if (!table.ok) return table;
  const view = viewOf(table.value);
  const segments: ElfSegment[] = [];
  for (let at = 0; at < table.value.length; at += PROGRAM_HEADER_SIZE) {
    if (view.getUint32(at, true) !== SEGMENT_LOAD) continue;
    segments.push({
      flags: view.getUint32(at + 4, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      address: view.getBigUint64(at + 16, true),
      fileSize: Number(view.getBigUint64(at + 32, true)),
    });
  }
  return succeed(segments);
}
