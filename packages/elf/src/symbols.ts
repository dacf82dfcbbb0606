import {
  SECTION_DYNSYM,
  SECTION_SYMTAB,
  SYMBOL_FUNCTION,
  SYMBOL_IFUNC,
  SYMBOL_OBJECT,
  SYMBOL_SIZE,
} from "./elf-constants.ts";
import { malformed, readCString, readSection, viewOf } from "./elf-file.ts";
import type { ElfFile, ElfSection } from "./elf-file.ts";
import { fail, succeed } from "./result.ts";
import type { ElfResult } from "./result.ts";

/** A symbol that is defined in the file. */
export interface ElfSymbol {
  readonly name: string;
  readonly address: bigint;
  /** Bytes. */
  readonly size: bigint;
  readonly kind: "function" | "object" | "other";
  readonly binding: "local" | "global" | "weak" | "other";
}

/** Names are cut here: bytes. */
const MAX_SYMBOL_NAME = 16 * 1024;
/** All names together, so that a file of overlapping ones cannot take forever: bytes. */
const MAX_SYMBOL_NAMES = 512 * 1024 * 1024;

const BINDINGS: readonly ElfSymbol["binding"][] = ["local", "global", "weak"];

/** The defined symbols of `.symtab` and `.dynsym`; one that is in both comes twice. */
export function readSymbols(file: ElfFile): ElfResult<readonly ElfSymbol[]> {
  const symbols: ElfSymbol[] = [];
  let nameBytes = 0;
  for (const section of symbolSections(file)) {
    const table = readSymbolTable(file, section);
    if (!table.ok) return table;
    for (let index = 0; index < table.value.count; index++) {
      const entry = table.value.at(index);
      const name = table.value.nameOf(index);
      if (entry.section === 0 || name === "") continue;
      nameBytes += name.length;
      if (nameBytes > MAX_SYMBOL_NAMES) {
        return fail(
          "ELF_TOO_LARGE",
          "the names of the symbols are too long",
          `at most ${MAX_SYMBOL_NAMES} bytes are read`,
        );
      }
      symbols.push({
        name,
        address: entry.address,
        size: entry.size,
        kind: kindOf(entry.type),
        binding: BINDINGS[entry.binding] ?? "other",
      });
    }
  }
  return succeed(symbols);
}

/** A function from an address to the name of the function that holds it. */
export function readFunctionFinder(file: ElfFile): ElfResult<(address: bigint) => string | undefined> {
  const functions: { start: bigint; end: bigint; name: () => string }[] = [];
  for (const section of symbolSections(file)) {
    const table = readSymbolTable(file, section);
    if (!table.ok) return table;
    for (let index = 0; index < table.value.count; index++) {
      const { address, size, type, section: home } = table.value.at(index);
      if (home === 0 || kindOf(type) !== "function") continue;
      functions.push({ start: address, end: address + size, name: () => table.value.nameOf(index) });
    }
  }
  functions.sort((a, b) => (a.start < b.start ? -1 : Number(a.start > b.start)));
  return succeed((address) => {
    let low = 0;
    let high = functions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((functions[middle]?.start ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const found = functions[low - 1];
    return found !== undefined && address < found.end ? found.name() : undefined;
  });
}

interface SymbolTable {
  readonly count: number;
  at(index: number): { address: bigint; size: bigint; type: number; binding: number; section: number };
  /** Empty for one without a name. */
  nameOf(index: number): string;
}

/** A file has at most one of each. */
function symbolSections({ sections }: ElfFile): readonly ElfSection[] {
  return [SECTION_SYMTAB, SECTION_DYNSYM].flatMap(
    (type) => sections.find((section) => section.type === type) ?? [],
  );
}

function readSymbolTable(file: ElfFile, section: ElfSection): ElfResult<SymbolTable> {
  const entries = readSection(file, section);
  if (!entries.ok) return entries;
  const stringSection = file.sections[section.link];
  if (stringSection === undefined) return malformed(`section ${section.name} has no names`);
  const strings = readSection(file, stringSection);
  if (!strings.ok) return strings;
  const view = viewOf(entries.value);
  return succeed({
    count: Math.floor(entries.value.length / SYMBOL_SIZE),
    at(index) {
      const at = index * SYMBOL_SIZE;
      const info = view.getUint8(at + 4);
      return {
        type: info & 15,
        binding: info >> 4,
        section: view.getUint16(at + 6, true),
        address: view.getBigUint64(at + 8, true),
        size: view.getBigUint64(at + 16, true),
      };
    },
    nameOf: (index) =>
      readCString(strings.value, view.getUint32(index * SYMBOL_SIZE, true), MAX_SYMBOL_NAME) ?? "",
  });
}

function kindOf(type: number): ElfSymbol["kind"] {
  if (type === SYMBOL_FUNCTION || type === SYMBOL_IFUNC) return "function";
  return type === SYMBOL_OBJECT ? "object" : "other";
}
