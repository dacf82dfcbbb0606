/** The file that holds a provider's library, which kernel tracers open by its path. */
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import type { ArgumentType } from "@trace/core";
import { nopForKernel, writeProbeLibrary, type Machine, type UprobeOptimization } from "@trace/elf";
import type { DeclaredProbe } from "./parse-declaration.ts";

const MACHINES: Partial<Record<NodeJS.Architecture, Machine>> = { x64: "x86-64", arm64: "aarch64" };

/** How long one thread may take to write a file that another one waits for. */
const LOCK_MILLISECONDS = 1000;

type IntegerSize = { readonly size: 1 | 2 | 4 | 8; readonly signed: boolean };

/** How each type travels in a register. */
const SIZES: Readonly<Record<ArgumentType, IntegerSize>> = {
  int8: { size: 1, signed: true },
  uint8: { size: 1, signed: false },
  int16: { size: 2, signed: true },
  uint16: { size: 2, signed: false },
  int32: { size: 4, signed: true },
  uint32: { size: 4, signed: false },
  int64: { size: 8, signed: true },
  uint64: { size: 8, signed: false },
  double: { size: 8, signed: false },
  string: { size: 8, signed: false },
  json: { size: 8, signed: false },
  pointer: { size: 8, signed: false },
};

/** Writes the library of a provider for this machine and kernel. Throws an Error that says why it cannot. */
export function buildLibrary(
  provider: string,
  probes: readonly DeclaredProbe[],
  optimization: UprobeOptimization,
): { readonly bytes: Uint8Array; readonly buildId: string } {
  const machine = MACHINES[process.arch];
  if (machine === undefined) throw new Error(`no probes are made for ${process.arch} processors`);
  const result = writeProbeLibrary({
    machine,
    provider,
    probes: probes.map((probe) => ({
      name: probe.name,
      arguments: probe.arguments.map((argument) => SIZES[argument.type]),
    })),
    nop: nopForKernel(machine, { release: release(), optimization }),
  });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/**
 * Puts the library of a provider into `directory`, whole or not at all, and returns its path.
 *
 * The threads of a process that have the same provider share one file: one that is there is taken as it is. A file
 * that was removed never comes back under its old name, under which the old library may still be mapped: so names end
 * in the time of their making.
 */
export function placeLibrary(
  directory: string,
  provider: string,
  library: { readonly bytes: Uint8Array; readonly buildId: string },
): string {
  const prefix = `${process.pid}-${provider}-${library.buildId.slice(0, 8)}`;
  const temporary = join(directory, `${prefix}.tmp`);
  const deadline = Date.now() + LOCK_MILLISECONDS;
  for (;;) {
    const there = readdirSync(directory).find((name) => name.startsWith(`${prefix}-`));
    if (there !== undefined) return join(directory, there);
    try {
      // Exclusive: of several threads one writes, and the others wait for its file.
      writeFileSync(temporary, library.bytes, { mode: 0o700, flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      continue;
    }
    const path = join(directory, `${prefix}-${process.hrtime.bigint().toString(36)}.so`);
    renameSync(temporary, path);
    return path;
  }
}
