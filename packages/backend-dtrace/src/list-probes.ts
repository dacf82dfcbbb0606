/** The USDT probes that DTrace can attach to: those in the files of processes. */
import { readdirSync } from "node:fs";
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
  type ElfError,
  type ElfProbe,
  type ProbeOperand,
  type ProcessProbes,
} from "@trace/elf";

/** Lists them. Rejects with a TraceError: TARGET_NOT_FOUND, TARGET_NOT_PERMITTED. Probes of files have no process: none. */
export async function listProbes({ target }: ListQuery): Promise<readonly ProbeDescription[]> {
  if (target.kind === "process") {
    const found = findProcessProbes(target.pid);
    if (!found.ok) throw new TraceError(targetError(target.pid, found.error));
    return describeAll(found.value, target.pid);
  }
  return allProcesses().flatMap((pid) => {
    // A process may end, or not be ours to look at, meanwhile.
    const found = findProcessProbes(pid);
    return found.ok ? describeAll(found.value, pid) : [];
  });
}

/** A file that was removed is not found by DTrace. */
function describeAll(files: readonly ProcessProbes[], pid: number): readonly ProbeDescription[] {
  const described = files
    .filter(({ file }) => !file.deleted)
    .flatMap(({ file, probes }) => probes.map((probe) => describe(probe, file.path, pid)));
  return [...new Map(described.map((probe) => [identity(probe), probe])).values()];
}

/** A probe that is inlined in several places of a function has a note for each, and is one. */
function identity(probe: ProbeDescription): string {
  return [probe.path, probe.provider, probe.function, probe.name].join("\0");
}

function describe(probe: ElfProbe, path: string, pid: number): ProbeDescription {
  return {
    family: "usdt",
    provider: probe.provider,
    module: path.slice(path.lastIndexOf("/") + 1),
    function: probe.function ?? "",
    name: probe.name,
    arguments: probe.operands.map(argumentOf),
    pid,
    path,
  };
}

function argumentOf({ size, type }: ProbeOperand): ProbeArgument {
  if (type === "float") return { type: "double" };
  const bits = (size ?? 8) * 8;
  return { type: `${type === "signed" ? "" : "u"}int${bits}` as ArgumentType };
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
