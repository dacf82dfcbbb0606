/** Descent of processes, by proc(5). */
import { readFileSync } from "node:fs";

/** Longer lines of ancestors than this are not: pids may be reused while they are followed. */
const GENERATIONS = 1024;

/** Is `pid` the process `ancestor` or a descendant of it? 1 or 0. */
export function isProgenyOf(pid: number, ancestor: number): number {
  let current = pid;
  for (let generation = 0; current > 0 && generation < GENERATIONS; generation++) {
    if (current === ancestor) return 1;
    current = parentOf(current);
  }
  return 0;
}

/** The parent of `pid`; 0 where there is none, or none can be seen. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the process, in parentheses, may hold anything.
    const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(parent) || 0;
  } catch {
    return 0;
  }
}
