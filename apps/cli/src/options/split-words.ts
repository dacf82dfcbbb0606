/** Splits a command line into words as a POSIX shell quotes them, without any expansion (sh(1), "Quoting"). */
import { errorDiagnostic, TraceError } from "@trace/core";

/** The words of `line`, at least one. TraceError USAGE on an open quote or an empty line. */
export function splitWords(line: string): readonly [string, ...string[]] {
  const words: string[] = [];
  const word = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\])|(\s+)|(.)/gsu;
  let current: string | undefined;
  for (const [, single, double, escaped, plain, blank, stray] of line.matchAll(word)) {
    if (stray !== undefined) {
      throw new TraceError(errorDiagnostic("USAGE", `the command '${line}' has a quote that does not end`));
    }
    if (blank === undefined) {
      current = (current ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "");
    } else if (current !== undefined) {
      words.push(current);
      current = undefined;
    }
  }
  if (current !== undefined) words.push(current);
  const [first, ...rest] = words;
  if (first === undefined) throw new TraceError(errorDiagnostic("USAGE", "the command of -c is empty"));
  return [first, ...rest];
}
