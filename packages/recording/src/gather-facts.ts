/** The facts of a run on this machine, from Node and proc(5). */
import { readFileSync } from "node:fs";
import { arch, hostname, release, type } from "node:os";
import { normalizeInt, type Int } from "@trace/core";
import type { RecordedProcess, RecordedScript, RecordingFacts } from "./facts.ts";

/** The surroundings of a run that starts now. */
export function gatherFacts(script?: RecordedScript): RecordingFacts {
  return {
    ...(script === undefined ? {} : { script }),
    host: {
      name: hostname(),
      system: `${type()} ${release()}`,
      architecture: arch(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      clock: {
        monotonic: normalizeInt(process.hrtime.bigint()),
        wall: wallTime(),
      },
    },
    now: () => Number(process.hrtime.bigint()),
    process: readProcess,
    thread: (pid, tid) => readName(`/proc/${pid}/task/${tid}/comm`),
  };
}

/** To the microsecond, which is all that a number of milliseconds holds. */
function wallTime(): Int {
  const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
  return normalizeInt(BigInt(microseconds) * 1000n);
}

function readProcess(pid: number): RecordedProcess | undefined {
  const name = readName(`/proc/${pid}/comm`);
  const status = name === undefined ? undefined : readText(`/proc/${pid}/status`);
  if (name === undefined || status === undefined) return undefined;
  // The first of the ids is the real one.
  const id = (field: string): number =>
    Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { name, ppid: id("PPid"), uid: id("Uid"), gid: id("Gid") };
}

function readName(path: string): string | undefined {
  return readText(path)?.replace(/\n$/, "");
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
