/** Numbers of the ELF format that this package reads or writes: `man 5 elf`, `/usr/include/elf.h`. */

export const ELF_MAGIC = 0x464c457f;
export const ELF_CLASS_64 = 2;
export const ELF_DATA_LITTLE_ENDIAN = 1;

export const ELF_HEADER_SIZE = 64;
export const PROGRAM_HEADER_SIZE = 56;
export const SECTION_HEADER_SIZE = 64;
export const SYMBOL_SIZE = 24;
export const NOTE_HEADER_SIZE = 12;

export const TYPE_SHARED_OBJECT = 3;

export const MACHINE_X86_64 = 62;
export const MACHINE_AARCH64 = 183;

export const SEGMENT_LOAD = 1;
export const SEGMENT_DYNAMIC = 2;
export const SEGMENT_NOTE = 4;
export const SEGMENT_GNU_STACK = 0x6474e551;
export const FLAG_EXECUTE = 1;
export const FLAG_WRITE = 2;
export const FLAG_READ = 4;

export const SECTION_PROGBITS = 1;
export const SECTION_SYMTAB = 2;
export const SECTION_STRTAB = 3;
export const SECTION_HASH = 5;
export const SECTION_DYNAMIC = 6;
export const SECTION_NOTE = 7;
export const SECTION_NOBITS = 8;
export const SECTION_DYNSYM = 11;
export const SECTION_FLAG_WRITE = 1n;
export const SECTION_FLAG_ALLOC = 2n;
export const SECTION_FLAG_EXECUTE = 4n;
/** `SHN_XINDEX`: the real index of the section name table is in the first section header. */
export const SECTION_INDEX_EXTENDED = 0xffff;

export const BIND_LOCAL = 0;
export const BIND_GLOBAL = 1;
export const BIND_WEAK = 2;
export const SYMBOL_NONE = 0;
export const SYMBOL_OBJECT = 1;
export const SYMBOL_FUNCTION = 2;
/** `STT_GNU_IFUNC`: a function that chooses another one at load time. */
export const SYMBOL_IFUNC = 10;

export const DYNAMIC_NULL = 0;
export const DYNAMIC_HASH = 4;
export const DYNAMIC_STRTAB = 5;
export const DYNAMIC_SYMTAB = 6;
export const DYNAMIC_STRSZ = 10;
export const DYNAMIC_SYMENT = 11;
export const DYNAMIC_SONAME = 14;

/** `NT_GNU_BUILD_ID`, of owner `GNU`. */
export const NOTE_BUILD_ID = 3;
/** `NT_STAPSDT`, of owner `stapsdt`: <https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation>. */
export const NOTE_STAPSDT = 3;
