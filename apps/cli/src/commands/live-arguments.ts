/** The options of the commands that trace what runs: `run` and `record`. */
import type { TargetRequest } from "@trace/session";
import type { Argv } from "yargs";
import { parseDuration } from "../options/duration.ts";
import { checkPid } from "../options/pid.ts";
import { splitWords } from "../options/split-words.ts";
import { scriptArguments, type ScriptArguments } from "./script-arguments.ts";

/** What {@link liveArguments} parses. */
export interface LiveArguments extends ScriptArguments {
  command: string | undefined;
  for: string | undefined;
  quiet: boolean | undefined;
}

export function liveArguments(yargs: Argv): Argv<LiveArguments> {
  return scriptArguments(yargs)
    .option("command", {
      alias: "c",
      type: "string",
      requiresArg: true,
      describe: "Start this command, hold it until the probes are attached, trace it",
    })
    .option("for", { type: "string", requiresArg: true, describe: "Stop after this time: 5s, 500ms, 2m" })
    .option("quiet", { alias: "q", type: "boolean", describe: "Show only what the program prints" })
    .conflicts("pid", "command");
}

/** What is to be traced. TraceError USAGE. */
export function targetOf(options: LiveArguments): TargetRequest {
  if (options.pid !== undefined) return { kind: "process", pid: checkPid(options.pid) };
  if (options.command !== undefined) return { kind: "command", argv: splitWords(options.command) };
  return { kind: "system" };
}

/** Milliseconds of `--for`. TraceError USAGE. */
export function durationOf(options: LiveArguments): number | undefined {
  return options.for === undefined ? undefined : parseDuration(options.for);
}
