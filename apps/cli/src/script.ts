/** The script of a command line: where its text comes from and in which language it is. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { errorDiagnostic, TraceError, type Language, type SourceText } from "@trace/core";
import type { LoadableProgram } from "./commands/program-session.ts";
import { parseLanguageOptions } from "./options/language-options.ts";
import { languages } from "./plugins.ts";
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
export function readScript(options: ScriptOptions): Script {
  // yargs makes numbers of words that look like some.
  const words = (options.script ?? []).map(String);
  if (options.program !== undefined) {
    return {
      source: { name: "<command line>", text: options.program },
      language: findLanguage(options.language ?? "d"),
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
  const language =
    options.language === undefined
      ? (languages.find((one) => one.extensions.includes(extname(file))) ?? findLanguage("d"))
      : findLanguage(options.language);
  return { source, language, arguments: scriptArguments };
}

function findLanguage(name: string): Language {
  const language = languages.find((one) => one.name === name);
  if (language !== undefined) return language;
  throw new TraceError(
    errorDiagnostic("LANGUAGE_UNKNOWN", `there is no language '${name}'`, {
      hint: `choose one of ${languages.map((one) => one.name).join(", ")}`,
    }),
  );
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
