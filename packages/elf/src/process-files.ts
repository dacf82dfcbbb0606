import { existsSync, readFileSync } from "node:fs";

import { readProbes } from "./read-probes.ts";
import type { ElfProbe } from "./read-probes.ts";
import { fail, failFromSystem, succeed, systemErrorCode } from "./result.ts";
import type { ElfResult } from "./result.ts";

/** A program or library that a process runs code of. */
export interface ProcessFile {
  /** As the process sees it, in its own root directory. */
  readonly path: string;
  /** By which this process can open the same file, also in another container and after it was removed. */
  readonly openPath: string;
  /** Removed from the file system since: a tracer that wants a path cannot attach to it by that. */
  readonly deleted: boolean;
}

/**
 * The files that process `pid` has mapped to execute, in the order of their addresses (`man 5 proc`).
 *
 * A process of another user needs root.
 */
export function listProcessFiles(pid: number): ElfResult<readonly ProcessFile[]> {
  let maps: string;
  try {
    maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === "ENOENT" || code === "ESRCH")
      return fail("ELF_NO_PROCESS", `no process ${pid}`, "check the pid with ps");
    return failFromSystem(`/proc/${pid}/maps`, cause);
  }
  const files = new Map<string, ProcessFile>();
  for (const line of maps.split("\n")) {
    const file = parseMapping(pid, line);
    if (file !== undefined && !files.has(file.path)) files.set(file.path, file);
  }
  return succeed([...files.values()]);
}

/** A file of a process, and its probes. */
export interface ProcessProbes {
  readonly file: ProcessFile;
  readonly probes: readonly ElfProbe[];
}

/** Those files of process `pid` that have USDT probes. One that is no ELF file, or cannot be opened, has none. */
export function findProcessProbes(pid: number): ElfResult<readonly ProcessProbes[]> {
  const files = listProcessFiles(pid);
  if (!files.ok) return files;
  return succeed(
    files.value.flatMap((file) => {
      const probes = readProbes(file.openPath);
      return probes.ok && probes.value.length > 0 ? [{ file, probes: probes.value }] : [];
    }),
  );
}

const DELETED = " (deleted)";

/** A line is `START-END rwxp OFFSET DEVICE INODE      PATH`; a newline in the path is `\012`. */
function parseMapping(pid: number, line: string): ProcessFile | undefined {
  const match = /^([0-9a-f]+-[0-9a-f]+) ..x. [0-9a-f]+ \S+ \d+ +(\/.*)$/.exec(line);
  const [, range, rawPath] = match ?? [];
  if (range === undefined || rawPath === undefined) return undefined;
  const named = rawPath.replaceAll(String.raw`\012`, "\n");
  const rooted = (path: string): string => `/proc/${pid}/root${path}`;
  // A file may really be called so.
  const deleted = named.endsWith(DELETED) && !existsSync(rooted(named));
  const path = deleted ? named.slice(0, -DELETED.length) : named;
  return { path, openPath: deleted ? `/proc/${pid}/map_files/${range}` : rooted(path), deleted };
}
