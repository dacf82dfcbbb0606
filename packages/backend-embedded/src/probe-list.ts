/** The probes of traceable processes. */
import { TraceError, type ListQuery, type ProbeDescription } from "@trace/core";
import { findProcess, findProcesses, type TraceableProcess } from "./find-process.ts";
import type { Link } from "./link.ts";
import { openProcessLink } from "./process-link.ts";
import { distinctProbes, publishedProbes } from "./published-probe.ts";

/** Links to all sockets of a process. Rejects with a TraceError. */
export async function openLinks({ pid, sockets, root }: TraceableProcess): Promise<readonly Link[]> {
  return Promise.all(sockets.map((path) => openProcessLink(pid, path, root)));
}

/** The probes that `query` asks for. Without a target: of all processes of the user, those left out that do not answer. */
export async function listProbes(query: ListQuery): Promise<readonly ProbeDescription[]> {
  if (query.target.kind === "process") return listProcess(findProcess(query.target.pid));
  const lists = await Promise.all(
    findProcesses().map(async (process) => {
      try {
        return await listProcess(process);
      } catch (error) {
        if (TraceError.isInstance(error)) return [];
        throw error;
      }
    }),
  );
  return lists.flat();
}

async function listProcess(process: TraceableProcess): Promise<readonly ProbeDescription[]> {
  const links = await openLinks(process);
  try {
    const lists = await Promise.all(
      links.map(async (link) => publishedProbes(link, await link.hello()).map((probe) => probe.description)),
    );
    return distinctProbes(lists.flat());
  } finally {
    for (const link of links) link.close();
  }
}
