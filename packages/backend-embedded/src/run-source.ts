/** Where the links of a run come from. */
import { watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, prepareDirectory } from "@trace/agent";
import { TraceError } from "@trace/core";
import { findProcess, findProcesses, ownDirectory, type TraceableProcess } from "./find-process.ts";
import type { Link } from "./link.ts";
import { LocalLink } from "./local-link.ts";
import { openLinks } from "./probe-list.ts";
import type { RunSource } from "./run.ts";

const OPEN_ATTEMPTS = 5;
const OPEN_DELAY_MILLISECONDS = 20;
const HOLD_MILLISECONDS = 2 ** 30;

/** No process: the program has no probes but those of its own life, and an agent of the tracer itself runs it. */
export function ownSource(): RunSource {
  return {
    open: async () => [new LocalLink(new Agent())],
    watch(_found, signal) {
      // Neither a socket nor, by themselves, an agent's timers keep this process running until the program ends.
      const hold = setInterval(() => {}, HOLD_MILLISECONDS);
      signal.addEventListener("abort", () => clearInterval(hold), { once: true });
    },
  };
}

/** One process. */
export function processSource(pid: number): RunSource {
  return { open: async () => openLinks(findProcess(pid)) };
}

/**
 * All processes of the user that publish probes, also those that start later. What belongs to none of them (begin, end
 * and timer clauses, the merged aggregations) is led by an agent of the tracer itself, which has no probes.
 */
export function systemSource(): RunSource {
  const known = new Set<number>();
  const openNew = async (): Promise<readonly Link[]> => {
    const fresh = findProcesses().filter(({ pid }) => pid !== process.pid && !known.has(pid));
    for (const { pid } of fresh) known.add(pid);
    return (await Promise.all(fresh.map(openPatiently))).flat();
  };
  return {
    async open() {
      const lead = new LocalLink(new Agent());
      return [lead, ...(await openNew())];
    },
    watch(found, signal) {
      const look = async (): Promise<void> => {
        for (const link of await openNew()) found(link);
      };
      const directory = ownDirectory();
      prepareDirectory(directory);
      watch(directory, { signal, persistent: false }, () => void look()).on("error", () => {});
      // Those that came since `open`.
      void look();
    },
  };
}

/** The socket's file is there a moment before somebody listens. None where that stays so. */
async function openPatiently(process: TraceableProcess): Promise<readonly Link[]> {
  for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
    try {
      return await openLinks(process);
    } catch (error) {
      if (!TraceError.isInstance(error)) throw error;
      await delay(OPEN_DELAY_MILLISECONDS);
    }
  }
  return [];
}
