/** Why the system refused something, as strerror(3) says it. */
import { getSystemErrorMap } from "node:util";

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EISDIR: "Is a directory",
  ENOTDIR: "Not a directory",
};

export function systemMessage(error: unknown): string {
  const { code = "", errno } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  return WORDS[code] ?? known ?? (error instanceof Error ? error.message : String(error));
}
