/** The USDT probes that bpftrace can attach to: those in the files of processes, and in files that are named. */
import { readdirSync, statSync } from "node:fs";
import {
  TraceError,
  errorDiagnostic,
  type ArgumentType,
  type Diagnostic,
  type ListQuery,
  type ProbeArgument,
  type ProbeDescription,
} from "@trace/core";
import {
  findProcessProbes,
  readProbes,
  type ElfError,
  type ElfProbe,
  type ProcessFile,
  type ProcessProbes,
  type ProbeOperand,
} from "@trace/elf";
import type { LocatedProbe } from "./compile/operand-code.ts";

/** Lists them. Rejects with a TraceError: TARGET_NOT_FOUND, TARGET_NOT_PERMITTED. */
export async function listProbes({ target, paths = [] }: ListQuery): Promise<readonly ProbeDescription[]> {
  const owner = target.kind === "process" ? target.pid : undefined;
  const named = paths.flatMap((path) => probesOfFile(path, owner));
  if (owner !== undefined) return unique([...probesOfProcess(owner), ...named]);
  return unique([...allProcesses().flatMap(probesIfReadable), ...named]);
}

function probesOfProcess(pid: number): readonly LocatedProbe[] {
  const found = findProcessProbes(pid);
  if (!found.ok) throw new TraceError(targetError(pid, found.error));
  return found.value.flatMap((files) => describeAll(files, pid));
}

/** A process may end, or not be ours to look at, while all are gone through. */
function probesIfReadable(pid: number): readonly LocatedProbe[] {
  const found = findProcessProbes(pid);
  return found.ok ? found.value.flatMap((files) => describeAll(files, pid)) : [];
}

function describeAll({ file, probes }: ProcessProbes, pid: number): readonly LocatedProbe[] {
  const path = tracerPath(file);
  return probes.map((probe) => describe(probe, path, pid));
}

/** A file that has no probes, or is no ELF file, adds none: a script, say. */
function probesOfFile(path: string, pid: number | undefined): readonly LocatedProbe[] {
  const probes = readProbes(path);
  return probes.ok ? probes.value.map((probe) => describe(probe, path, pid)) : [];
}

/** The file by its own name where that is the same file for us; else as the process sees it, by /proc. */
function tracerPath({ path, openPath }: ProcessFile): string {
  try {
    const [own, theirs] = [statSync(path), statSync(openPath)];
    return own.dev === theirs.dev && own.ino === theirs.ino ? path : openPath;
  } catch {
    return openPath;
  }
}

function describe(probe: ElfProbe, path: string, pid: number | undefined): LocatedProbe {
  return {
    family: "usdt",
    provider: probe.provider,
    module: path.slice(path.lastIndexOf("/") + 1),
    function: probe.function ?? "",
    name: probe.name,
    arguments: probe.operands.map(argumentOf),
    ...(pid === undefined ? {} : { pid }),
    path,
    operands: probe.argumentText,
  };
}

function argumentOf({ size, type }: ProbeOperand): ProbeArgument {
  if (type === "float") return { type: "double" };
  const bits = (size ?? 8) * 8;
  return { type: `${type === "signed" ? "" : "u"}int${bits}` as ArgumentType };
}

/** Each probe once: one that is inlined in several places has a note for each, and bpftrace attaches to all. */
function unique(probes: readonly LocatedProbe[]): readonly ProbeDescription[] {
  const known = new Map<string, LocatedProbe>();
  for (const probe of probes) {
    const key = [probe.pid, probe.path, probe.provider, probe.name].join("\0");
    const other = known.get(key);
    if (other === undefined) known.set(key, probe);
    else if (other.operands !== probe.operands) known.set(key, { ...other, operands: undefined });
  }
  return [...known.values()];
}

function targetError(pid: number, { code, message }: ElfError): Diagnostic {
  if (code === "ELF_NO_PROCESS")
    return errorDiagnostic("TARGET_NOT_FOUND", `no process has the pid ${pid}`, {
      hint: "`trace list` shows the processes that have probes",
    });
  if (code === "ELF_NOT_PERMITTED")
    return errorDiagnostic("TARGET_NOT_PERMITTED", `not permitted to look at process ${pid}`, {
      hint: "run as root, or as the user of that process",
    });
  return errorDiagnostic("TARGET_NOT_FOUND", `cannot look at process ${pid}: ${message}`, {
    hint: "check the pid",
  });
}

function allProcesses(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
