/** Names of processes and threads. */
import { readFileSync } from "node:fs";

/** The name of a process, or of one of its threads; undefined where it is not known. */
export type NameLookup = (pid: number, tid?: number) => string | undefined;

/** The names that Linux has for what runs now: proc(5), `comm`. */
export const procNames: NameLookup = (pid, tid) => {
  const path = tid === undefined ? `/proc/${pid}/comm` : `/proc/${pid}/task/${tid}/comm`;
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch {
    return undefined;
  }
};
