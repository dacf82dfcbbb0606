/** `trace dtrace`: see `trace dtrace` without anything, and dtrace(8). Its options are dtrace's own, which yargs cannot read. */

/** The word that means this command. */
export const dtraceCommandName = "dtrace";

/** Runs it over the words that follow, and returns its status. */
export async function dtraceCommand(words: readonly string[]): Promise<number> {
  const { runDtrace } = await import("../dtrace/run-dtrace.ts");
  return runDtrace(words);
}
