/** The script of a command line: where its text comes from and in which language it is. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { errorDiagnostic, TraceError, type Language, type SourceText } from "@trace/core";
import type { LoadableProgram } from "./commands/program-session.ts";
import { parseLanguageOptions } from "./options/language-options.ts";
import { loadLanguage } from "./plugins.ts";
import { describeSystemError } from "./system-error.ts";

/** A script, its language, and what it may use as `$1`, `$2`, ... */
export interface Script {
  readonly source: SourceText;
  readonly language: Language;
  readonly arguments: readonly string[];
}

/** The options that name a script. */
export interface ScriptOptions {
  /** SCRIPT and its arguments; with `program` all are arguments. */
  readonly script: readonly string[] | undefined;
  /** `-n`: the text itself. */
  readonly program?: string | undefined;
  /** `-l`: the language, where the file's name does not tell. */
  readonly language?: string | undefined;
}

/** TraceError USAGE without a script, SCRIPT_UNREADABLE, LANGUAGE_UNKNOWN. `-` reads standard input. */
export async function readScript(options: ScriptOptions): Promise<Script> {
  // yargs makes numbers of words that look like some.
  const words = (options.script ?? []).map(String);
  if (options.program !== undefined) {
    return {
      source: { name: "<command line>", text: options.program },
      language: await loadLanguage(options.language),
      arguments: words,
    };
  }
  const [file, ...scriptArguments] = words;
  if (file === undefined) {
    throw new TraceError(
      errorDiagnostic("USAGE", "there is no program to run", {
        hint: "give a script file, or a one-liner with -n",
      }),
    );
  }
  const source = { name: file === "-" ? "<stdin>" : file, text: readText(file) };
  const language = await loadLanguage(options.language, extname(file));
  return { source, language, arguments: scriptArguments };
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new TraceError(
      errorDiagnostic("SCRIPT_UNREADABLE", `cannot read ${file}: ${describeSystemError(error)}`),
      { cause: error },
    );
  }
}

/** The program of `script`, with the options of `-x` and `-q`. */
export function loadableScript(script: Script, settings: readonly string[], quiet: boolean): LoadableProgram {
  const options = parseLanguageOptions(settings, quiet);
  return {
    source: script.source,
    load: (context) =>
      script.language.parse(script.source, { ...context, arguments: script.arguments, options }),
  };
}
