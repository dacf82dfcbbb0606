/** The contract of a language plugin. */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Program } from "../ir/program.ts";
import type { ProbeDescription } from "../probe/probe-description.ts";

/** A script and the name that messages call it by. */
export interface SourceText {
  /** A path, or `<command line>`. */
  readonly name: string;
  readonly text: string;
}

/** What a script may ask of its surroundings. */
export interface LanguageContext {
  /** Script arguments: `$1`, `$$1` of D. */
  readonly arguments?: readonly string[];
  /** The target's pid: `$target` of D. */
  readonly target?: number;
  /** Options from outside, in the language's own spelling, as if the script had them (`-x quiet`). */
  readonly options?: Readonly<Record<string, string | true>>;
  /** The probes known to exist, to type `args[i]`. Without it they are 64-bit integers. */
  readonly probes?: readonly ProbeDescription[];
}

/** A program, unless `diagnostics` has an error. */
export interface LanguageResult {
  readonly program?: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/** Turns scripts into programs. A plain object, made by a function of its options. */
export interface Language {
  readonly apiVersion: 1;
  /** `d`, `stap`, `bpftrace`. */
  readonly name: string;
  /** With the dot: `.d`. */
  readonly extensions: readonly string[];
  /** Total: bad input is a diagnostic, never an exception or a hang. */
  parse(source: SourceText, context?: LanguageContext): LanguageResult;
}
