import { NOTE_BUILD_ID, NOTE_HEADER_SIZE, NOTE_STAPSDT, SECTION_NOTE } from "./elf-constants.ts";
import { malformed, readCString, readSection, viewOf } from "./elf-file.ts";
import type { ElfFile, ElfSection } from "./elf-file.ts";
import { succeed } from "./result.ts";
import type { ElfResult } from "./result.ts";

/** A note of the file. */
export interface ElfNote {
  readonly owner: string;
  readonly type: number;
  readonly description: Uint8Array;
}

/** The notes in one section. */
export function readNotes(file: ElfFile, section: ElfSection): ElfResult<readonly ElfNote[]> {
  const content = readSection(file, section);
  if (!content.ok) return content;
  const bytes = content.value;
  const view = viewOf(bytes);
  const notes: ElfNote[] = [];
  for (let at = 0; at + NOTE_HEADER_SIZE <= bytes.length;) {
    const ownerSize = view.getUint32(at, true);
    const descriptionSize = view.getUint32(at + 4, true);
    const owner = at + NOTE_HEADER_SIZE;
    const description = owner + align4(ownerSize);
    if (description + descriptionSize > bytes.length)
      return malformed(`a note reaches beyond section ${section.name}`);
    notes.push({
      owner: readCString(bytes.subarray(owner, owner + ownerSize), 0, MAX_OWNER) ?? "",
      type: view.getUint32(at + 8, true),
      description: bytes.subarray(description, description + descriptionSize),
    });
    at = description + align4(descriptionSize);
  }
  return succeed(notes);
}

/** The build id in lower-case hexadecimal; undefined when the file has none. */
export function readBuildId(file: ElfFile): ElfResult<string | undefined> {
  const notes = readNotesNamed(file, ".note.gnu.build-id");
  if (!notes.ok) return notes;
  const note = notes.value.find(({ owner, type }) => owner === "GNU" && type === NOTE_BUILD_ID);
  return succeed(note === undefined ? undefined : Buffer.from(note.description).toString("hex"));
}

/** What a `stapsdt` note says, with addresses as they are in this file. */
export interface ProbeNote {
  readonly provider: string;
  readonly name: string;
  /** Address of the probe's nop. */
  readonly location: bigint;
  /** Address of the probe's semaphore; 0 when it has none. */
  readonly semaphore: bigint;
  /** As written: `-4@%edi 8@%rsi`. */
  readonly argumentText: string;
}

/** The `stapsdt` notes. */
export function readProbeNotes(file: ElfFile): ElfResult<readonly ProbeNote[]> {
  const notes = readNotesNamed(file, ".note.stapsdt");
  if (!notes.ok) return notes;
  const base = file.sections.find(({ name }) => name === ".stapsdt.base")?.address;
  const probes: ProbeNote[] = [];
  for (const { owner, type, description } of notes.value) {
    if (owner !== "stapsdt" || type !== NOTE_STAPSDT) continue;
    const probe = decodeProbeNote(description, base);
    if (probe === undefined) return malformed("a note of a probe is cut short");
    probes.push(probe);
  }
  return succeed(probes);
}

/** The linker makes one section of all notes of a name. */
function readNotesNamed(file: ElfFile, name: string): ElfResult<readonly ElfNote[]> {
  const section = file.sections.find(
    (candidate) => candidate.type === SECTION_NOTE && candidate.name === name,
  );
  return section === undefined ? succeed([]) : readNotes(file, section);
}

const MAX_OWNER = 256;
const PROBE_ADDRESSES_SIZE = 24;
const MAX_PROBE_TEXT = 64 * 1024;

function decodeProbeNote(description: Uint8Array, base: bigint | undefined): ProbeNote | undefined {
  if (description.length < PROBE_ADDRESSES_SIZE) return undefined;
  const view = viewOf(description);
  // Prelinking moves a library without changing its notes: how far, the marked section tells.
  const moved = base === undefined ? 0n : base - view.getBigUint64(8, true);
  const semaphore = view.getBigUint64(16, true);
  const texts: string[] = [];
  let at = PROBE_ADDRESSES_SIZE;
  for (let index = 0; index < 3; index++) {
    const end = description.indexOf(0, at);
    if (end < 0 || end - at > MAX_PROBE_TEXT) return undefined;
    texts.push(Buffer.from(description.subarray(at, end)).toString("utf8"));
    at = end + 1;
  }
  const [provider = "", name = "", argumentText = ""] = texts;
  return {
    provider,
    name,
    location: BigInt.asUintN(64, view.getBigUint64(0, true) + moved),
    semaphore: semaphore === 0n ? 0n : BigInt.asUintN(64, semaphore + moved),
    argumentText,
  };
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}
