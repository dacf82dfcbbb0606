/** The options by which commands name a program, a target and a backend. */
import type { Argv } from "yargs";
import { backendNames } from "../plugins.ts";

/** What {@link programArguments} parses. */
export interface ProgramArguments {
  script: string[] | undefined;
  program: string | undefined;
  language: string | undefined;
  x: string[];
}

/** What {@link scriptArguments} parses. */
export interface ScriptArguments extends ProgramArguments {
  pid: number | undefined;
  backend: string | undefined;
}

/** A program. */
export function programArguments(yargs: Argv): Argv<ProgramArguments> {
  return yargs
    .positional("script", {
      type: "string",
      array: true,
      describe: "Script file (- for standard input), then its arguments $1, $2, ..",
    })
    .option("program", {
      alias: "n",
      type: "string",
      requiresArg: true,
      describe: "The program itself, instead of a script file",
    })
    .option("language", {
      alias: "l",
      type: "string",
      requiresArg: true,
      describe: "Language of the program, where the file's name does not tell",
    })
    .option("x", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      defaultDescription: "none",
      describe: "An option of the language, as in -x strsize=64; repeatable",
    });
}

/** A program, what it is to trace, and with what. */
export function scriptArguments(yargs: Argv): Argv<ScriptArguments> {
  return programArguments(yargs)
    .option("pid", {
      alias: "p",
      type: "number",
      requiresArg: true,
      describe: "The running process to trace",
    })
    .option("backend", {
      alias: "b",
      type: "string",
      requiresArg: true,
      default: process.env["TRACE_BACKEND"],
      defaultDescription: "$TRACE_BACKEND, or the first that can",
      describe: `Tracer to use: ${backendNames.join(", ")}`,
    });
}
