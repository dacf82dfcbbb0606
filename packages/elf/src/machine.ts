import { MACHINE_AARCH64, MACHINE_X86_64 } from "./elf-constants.ts";

/** A processor that probe libraries can be written for. */
export type Machine = "x86-64" | "aarch64";

/** The nop at a probe's location; see `nopForKernel`. aarch64 has one size of instruction and ignores it. */
export type Nop = "nop1" | "nop5" | "nop10";

/** An integer argument of a probe: its size in bytes. Doubles travel as the 8 bytes of their IEEE form. */
export interface ProbeArgument {
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
}

/** What the writer needs to know of a processor. */
interface MachineEncoding {
  /** `e_machine`. */
  readonly code: number;
  /** Bytes. The largest page size that the processor's kernels use: segments start on such pages. */
  readonly pageSize: number;
  /** The code of a stub: a nop where the tracers put their trap, and a return. */
  stub(nop: Nop): readonly number[];
  /** What fills the gaps between stubs: traps. */
  readonly filler: readonly number[];
  /** How the notes spell the argument at `index` of a call that follows the processor's C calling convention. */
  operand(index: number, size: ProbeArgument["size"]): string;
}

const NOPS: Readonly<Record<Nop, readonly number[]>> = {
  nop1: [0x90],
  nop5: [0x0f, 0x1f, 0x44, 0x00, 0x00],
  nop10: [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
};

const X86_RET = 0xc3;
const X86_INT3 = 0xcc;

/** System V calling convention: the integer registers of the first six arguments, by argument size. */
const X86_REGISTERS: Readonly<Record<ProbeArgument["size"], readonly string[]>> = {
  1: ["dil", "sil", "dl", "cl", "r8b", "r9b"],
  2: ["di", "si", "dx", "cx", "r8w", "r9w"],
  4: ["edi", "esi", "edx", "ecx", "r8d", "r9d"],
  8: ["rdi", "rsi", "rdx", "rcx", "r8", "r9"],
};

const X86_64: MachineEncoding = {
  code: MACHINE_X86_64,
  pageSize: 0x1000,
  stub: (nop) => [...NOPS[nop], X86_RET],
  filler: [X86_INT3],
  operand(index, size) {
    const register = X86_REGISTERS[size][index];
    // At the stub's first instruction the return address is on top of the stack, then the seventh argument.
    return register === undefined ? `${8 + 8 * (index - 6)}(%rsp)` : `%${register}`;
  },
};

const AARCH64_REGISTER_ARGUMENTS = 8;

const AARCH64: MachineEncoding = {
  code: MACHINE_AARCH64,
  pageSize: 0x10000,
  // nop; ret
  stub: () => [0x1f, 0x20, 0x03, 0xd5, 0xc0, 0x03, 0x5f, 0xd6],
  // brk #0
  filler: [0x00, 0x00, 0x20, 0xd4],
  // Tracers know the 64-bit names only and cut the value to the operand's size themselves.
  operand(index) {
    const onStack = index - AARCH64_REGISTER_ARGUMENTS;
    return onStack < 0 ? `x${index}` : `[sp, ${8 * onStack}]`;
  },
};

export function machineEncoding(machine: Machine): MachineEncoding {
  return machine === "x86-64" ? X86_64 : AARCH64;
}

/** The argument string of a note: `-4@%edi 8@%rsi`. */
export function encodeArguments(machine: Machine, probeArguments: readonly ProbeArgument[]): string {
  const { operand } = machineEncoding(machine);
  return probeArguments
    .map(({ size, signed }, index) => `${signed ? -size : size}@${operand(index, size)}`)
    .join(" ");
}
