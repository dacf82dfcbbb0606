/** What a command line of dtrace(8) asks for. */
import { readWords } from "./getopt.ts";

/** As dtrace's own; `-G` and `-A`, `-a`, `-B` are known and do nothing here or are refused. */
const LETTERS = "3:6:aAb:Bc:CD:ef:FGhHi:I:lL:m:n:o:p:P:qs:SU:vVwx:X:Z";

/** Which part of a probe description a text without colons gives. */
export type DescriptionPart = "provider" | "module" | "function" | "name" | "id";

/** A program of the command line: a script's file (`-s`), or a text (`-n` and its kin). */
export type ProgramWord =
  | { readonly kind: "script"; readonly file: string }
  | { readonly kind: "description"; readonly text: string; readonly part: DescriptionPart };

/** A setting of `-x NAME[=VALUE]`, or of the option that stands for it. */
export interface Setting {
  readonly name: string;
  readonly value?: string;
  /** As messages call it: `-x strsize`, `-b 4m`. */
  readonly text: string;
}

export interface DtraceRequest {
  readonly mode: "run" | "compile" | "list" | "version" | "header" | "link";
  readonly programs: readonly ProgramWord[];
  readonly settings: readonly Setting[];
  /** `$1` and so on. */
  readonly arguments: readonly string[];
  readonly preprocess: boolean;
  readonly verbose: boolean;
  /** The commands of `-c`, as they are. */
  readonly commands: readonly string[];
  /** The pids of `-p`, as they are. */
  readonly pids: readonly string[];
  readonly output?: string;
  /** `--backend`, which dtrace does not have. */
  readonly backend?: string;
}

/** A mistake of usage; `showUsage` where dtrace shows all its options then. */
export interface UsageMistake {
  readonly mistake: string;
  readonly showUsage: boolean;
}

const DESCRIPTIONS: Readonly<Record<string, DescriptionPart>> = {
  P: "provider",
  m: "module",
  f: "function",
  n: "name",
  i: "id",
};

/** Options that are short for a setting: its name, and whether it takes the option's value. */
const SETTINGS: Readonly<Record<string, string>> = {
  b: "bufsize",
  D: "define",
  F: "flowindent",
  H: "cpphdrs",
  I: "incdir",
  L: "libdir",
  q: "quiet",
  U: "undef",
  w: "destructive",
  X: "stdc",
  Z: "zdefs",
};

const MODES: Readonly<Record<string, DtraceRequest["mode"]>> = {
  G: "link",
  h: "header",
  l: "list",
  V: "version",
};

/** Reads the words after `trace dtrace`. */
export function readRequest(words: readonly string[]): DtraceRequest | UsageMistake {
  const { backend, rest } = takeBackend(words);
  const read = readWords(rest, LETTERS);
  if ("mistake" in read) return { mistake: read.mistake, showUsage: true };
  const programs: ProgramWord[] = [];
  const settings: Setting[] = [];
  const modes: DtraceRequest["mode"][] = [];
  const commands: string[] = [];
  const pids: string[] = [];
  let output: string | undefined;
  for (const { letter, value = "" } of read.options) {
    const part = DESCRIPTIONS[letter];
    const setting = SETTINGS[letter];
    const mode = MODES[letter];
    if (part !== undefined) programs.push({ kind: "description", text: value, part });
    else if (setting !== undefined)
      settings.push(
        LETTERS.includes(`${letter}:`)
          ? { name: setting, value, text: `-${letter} ${value}` }
          : { name: setting, text: `-${letter}` },
      );
    else if (mode !== undefined) modes.push(mode);
    else if (letter === "s") programs.push({ kind: "script", file: value });
    else if (letter === "x") settings.push(settingOf(value));
    else if (letter === "c") commands.push(value);
    else if (letter === "p") pids.push(value);
    else if (letter === "o") output = value;
    else if ((letter === "3" && value !== "2") || (letter === "6" && value !== "4"))
      return { mistake: `illegal option -- ${letter}${value}`, showUsage: true };
  }
  if (modes.length > 1)
    return { mistake: "only one of the [-GhlV] options can be specified at a time", showUsage: false };
  const has = (wanted: string): boolean => read.options.some(({ letter }) => letter === wanted);
  return {
    mode: modes[0] ?? (has("e") ? "compile" : "run"),
    programs,
    settings,
    arguments: read.operands,
    preprocess: has("C"),
    verbose: has("v"),
    commands,
    pids,
    ...(output === undefined ? {} : { output }),
    ...(backend === undefined ? {} : { backend }),
  };
}

/** The setting `text`, written as `NAME` or `NAME=VALUE`. */
function settingOf(text: string): Setting {
  const equals = text.indexOf("=");
  if (equals < 0) return { name: text, text: `-x ${text}` };
  const name = text.slice(0, equals);
  return { name, value: text.slice(equals + 1), text: `-x ${name}` };
}

/** `--backend NAME` and `--backend=NAME`, wherever they are: no word of dtrace starts so. */
function takeBackend(words: readonly string[]): {
  readonly backend: string | undefined;
  readonly rest: readonly string[];
} {
  const at = words.findIndex((word) => word === "--backend" || word.startsWith("--backend="));
  const word = words[at];
  if (word === undefined) return { backend: undefined, rest: words };
  const own = word === "--backend" ? words.slice(at, at + 2) : [word];
  return { backend: own[1] ?? word.slice("--backend=".length), rest: words.toSpliced(at, own.length) };
}
