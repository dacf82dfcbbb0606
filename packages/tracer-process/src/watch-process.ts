/** Noticing that a process ends. */
import { readFileSync } from "node:fs";

/** Milliseconds between two looks. */
const interval = 100;

/** Watches process `pid`; undefined where there is none. `ended` is called once, when it has ended; the result ends watching. */
export function watchProcess(pid: number, ended: () => void): (() => void) | undefined {
  const start = processStart(pid);
  if (start === undefined) return undefined;
  const timer = setInterval(() => {
    if (processStart(pid) === start) return;
    clearInterval(timer);
    ended();
  }, interval);
  return () => clearInterval(timer);
}

/** Start time of a process that has not ended, in clock ticks since boot (proc(5), stat, fields 3 and 22). */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the process may hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
