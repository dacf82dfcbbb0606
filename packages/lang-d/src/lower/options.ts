/** Options: `#pragma D option`, and the same from outside. */
import { defaultOptions, type ProgramOptions, type Span } from "@trace/core";
import { didYouMean, type DiagnosticList } from "@trace/syntax";
import type { ControlLineNode } from "../ast/program.ts";
import { parseRate, parseSize } from "./units.ts";

/** What a script's options come to. */
export interface DOptions {
  readonly program: ProgramOptions;
  /** Script arguments that are not given are zero or empty. */
  readonly defaultArguments: boolean;
  /** Actions that change the machine are allowed (dtrace -w). */
  readonly destructive: boolean;
  /** Frames of `stack()` and `ustack()` without a number. */
  readonly frames: Readonly<Record<"stack" | "ustack", number>>;
}

interface Collected {
  quiet?: boolean;
  flowIndent?: boolean;
  stringSize?: number;
  scratchSize?: number;
  speculations?: number;
  switchRate?: number;
  allowUnmatched?: boolean;
  stackFrames?: number;
  kernelFrames?: number;
  sortByKey?: boolean;
  sortReverse?: boolean;
  keyPosition?: number;
  valuePosition?: number;
  destructive?: boolean;
  defaultArguments: boolean;
}

/** Sets an option; false where `value` is not one of its kind. */
type Setter = (options: Collected, value: string | undefined) => boolean;

const ON: ReadonlySet<string> = new Set(["yes", "enable", "enabled", "true", "on", "set"]);
const OFF: ReadonlySet<string> = new Set(["no", "disable", "disabled", "false", "off", "unset", ""]);

/** A switch: without a value on. */
function flag(set: (options: Collected, on: boolean) => void): Setter {
  return (options, value) => {
    const word = value?.toLowerCase();
    const on = word === undefined || ON.has(word) || (/^\d+$/.test(word) && Number(word) !== 0);
    if (!on && word !== undefined && !OFF.has(word) && !/^0+$/.test(word)) return false;
    set(options, on);
    return true;
  };
}

function number(set: (options: Collected, value: number) => void): Setter {
  return (options, value) => {
    const parsed = Number(value);
    if (value === undefined || value === "" || !Number.isSafeInteger(parsed) || parsed < 0) return false;
    set(options, parsed);
    return true;
  };
}

function size(set: (options: Collected, bytes: number) => void): Setter {
  return (options, value) => {
    const bytes = parseSize(value ?? "");
    if (bytes === undefined) return false;
    set(options, bytes);
    return true;
  };
}

function rate(set: (options: Collected, nanoseconds: number) => void): Setter {
  return (options, value) => {
    const nanoseconds = parseRate(value ?? "");
    if (nanoseconds === undefined) return false;
    set(options, nanoseconds);
    return true;
  };
}

/** The most that programs of the IR may ask for; more is cut to it. */
const LONGEST_STRING = 65_536;

/** Bytes of scratch memory that the validator of programs allows. */
const MOST_SCRATCH = 1_048_576;
const MOST_SPECULATIONS = 4096;
const DEEPEST_STACK = 1024;

function stackFrames(count: number): number {
  return Math.min(Math.max(count, 1), DEEPEST_STACK);
}

const ignored: Setter = () => true;
const optional =
  (set: Setter): Setter =>
  (options, value) =>
    value === undefined || set(options, value);
const ignoredSize = optional(size(() => {}));
const ignoredRate = optional(rate(() => {}));

/** Options that mean something here. The others of dtrace are accepted, for they tune what trace does not have. */
const SETTERS: ReadonlyMap<string, Setter> = new Map<string, Setter>([
  ["quiet", flag((options, on) => (options.quiet = on))],
  ["flowindent", flag((options, on) => (options.flowIndent = on))],
  ["nspec", number((options, count) => (options.speculations = Math.min(count, MOST_SPECULATIONS)))],
  ["destructive", flag((options, on) => (options.destructive = on))],
  ["scratchsize", size((options, bytes) => (options.scratchSize = Math.min(bytes, MOST_SCRATCH)))],
  ["strsize", size((options, bytes) => (options.stringSize = Math.min(bytes, LONGEST_STRING)))],
  ["switchrate", rate((options, nanoseconds) => (options.switchRate = nanoseconds))],
  ["zdefs", flag((options, on) => (options.allowUnmatched = on))],
  ["ustackframes", number((options, frames) => (options.stackFrames = stackFrames(frames)))],
  ["stackframes", number((options, frames) => (options.kernelFrames = stackFrames(frames)))],
  ["aggsortkey", flag((options, on) => (options.sortByKey = on))],
  ["aggsortkeypos", number((options, position) => (options.keyPosition = position + 1))],
  ["aggsortpos", number((options, position) => (options.valuePosition = position + 1))],
  ["aggsortrev", flag((options, on) => (options.sortReverse = on))],
  ["defaultargs", flag((options, on) => (options.defaultArguments = on))],
  ...["aggsize", "bufsize", "dynvarsize", "specsize", "bpflogsize", "jstackstrsize"].map(
    (name): [string, Setter] => [name, ignoredSize],
  ),
  ...["aggrate", "cleanrate", "statusrate"].map((name): [string, Setter] => [name, ignoredRate]),
  ...[
    ..."agghist aggpack aggpercpu aggzoom amin argref bpflog bufpolicy bufresize core cpp cppargs cpphdrs cpppath cpu ctfpath ctypes".split(
      " ",
    ),
    ..."debug debugassert define disasm droptags dtypes empty errtags evaltime".split(" "),
    ..."grabanon incdir iregs jstackframes kdefs knodefs late lazyload ldpath libdir linkmode linknommap".split(
      " ",
    ),
    ..."linktype lockmem maxframes modpath nolibs noresolve pcapsize pgmax preallocate printsize".split(" "),
    ..."procfspath pspec quietresize rawbytes setenv stackindent stacksymbols stdc strip syslibdir sysslice tree".split(
      " ",
    ),
    ..."temporal tregs udefs undef unodefs unsetenv useruid verbose version xlate".split(" "),
  ].map((name): [string, Setter] => [name, ignored]),
]);

/** The options of a script's control lines, then those `given` from outside, which win. */
export function collectOptions(
  controlLines: readonly ControlLineNode[],
  given: Readonly<Record<string, string | true>>,
  diagnostics: DiagnosticList,
): DOptions {
  const options: Collected = { defaultArguments: false };
  for (const line of controlLines) {
    const option = pragmaOption(line, diagnostics);
    if (option === undefined) continue;
    setOption(options, option.name, option.value, (message, hint) =>
      diagnostics.error("D_PRAGMA_OPTSET", message, option.span, hint),
    );
  }
  for (const [name, value] of Object.entries(given))
    setOption(options, name, value === true ? undefined : value, (message, hint) =>
      diagnostics.add({
        code: "D_PRAGMA_OPTSET",
        severity: "error",
        message,
        ...(hint === undefined ? {} : { hint }),
      }),
    );
  const {
    quiet,
    flowIndent,
    stringSize,
    scratchSize,
    speculations,
    switchRate,
    allowUnmatched,
    stackFrames,
    defaultArguments,
  } = options;
  const program = defined({
    quiet,
    flowIndent,
    stringSize,
    scratchSize,
    speculations,
    switchRate,
    allowUnmatched,
    stackFrames,
    sort: sortOrder(options),
  });
  const { stackFrames: most } = defaultOptions;
  return {
    program,
    defaultArguments,
    destructive: options.destructive ?? false,
    frames: { stack: options.kernelFrames ?? most, ustack: stackFrames ?? most },
  };
}

/** `object` without its undefined properties. */
function defined(object: { [Key in keyof ProgramOptions]: ProgramOptions[Key] | undefined }): ProgramOptions {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** DTrace counts positions from 0, the IR from 1. */
function sortOrder(options: Collected): ProgramOptions["sort"] {
  const { sortByKey = false, sortReverse, keyPosition, valuePosition } = options;
  const position = sortByKey ? keyPosition : valuePosition;
  if (!sortByKey && sortReverse === undefined && position === undefined) return undefined;
  return {
    by: sortByKey ? "key" : "value",
    ...(position === undefined ? {} : { position }),
    ...(sortReverse === undefined ? {} : { reverse: sortReverse }),
  };
}

function setOption(
  options: Collected,
  name: string,
  value: string | undefined,
  fail: (message: string, hint?: string) => void,
): void {
  const set = SETTERS.get(name);
  if (set === undefined) fail(`there is no option '${name}'`, didYouMean(name, SETTERS.keys()));
  else if (!set(options, value))
    fail(
      value === undefined ? `option '${name}' needs a value` : `'${value}' is no value for option '${name}'`,
    );
}

/** `#pragma D option name[=value]`; other control lines are checked and give nothing. */
function pragmaOption(
  line: ControlLineNode,
  diagnostics: DiagnosticList,
): { name: string; value: string | undefined; span: Span } | undefined {
  const [directive, language, command, ...rest] = line.words;
  if (directive === undefined || /^\d+$/.test(directive.text) || ["line", "ident"].includes(directive.text))
    return undefined;
  if (directive.text === "error") {
    const message = line.words.slice(1).map((word) => word.text);
    diagnostics.error("D_PRAGERR", `#error: ${message.join(" ")}`, line.span);
  } else if (directive.text !== "pragma") {
    const preprocessor = ["include", "define", "undef", "if", "ifdef", "ifndef", "else", "elif", "endif"];
    diagnostics.error(
      "D_PRAGCTL_INVAL",
      `control line #${directive.text} is not one of D's`,
      line.span,
      preprocessor.includes(directive.text) ? "the C preprocessor is not supported yet" : undefined,
    );
  } else if (language?.text === "D" && command?.text === "option") {
    const [option, ...extra] = rest;
    if (option === undefined || extra.length > 0)
      diagnostics.error(
        "D_PRAGMA_MALFORM",
        "expected one option after '#pragma D option'",
        line.span,
        "write #pragma D option name=value",
      );
    else {
      const equals = option.text.indexOf("=");
      if (equals < 0) return { name: option.text, value: undefined, span: option.span };
      const value = option.text.slice(equals + 1);
      return { name: option.text.slice(0, equals), value, span: option.span };
    }
  } else if (
    language?.text === "D" &&
    !["attributes", "binding", "depends_on", "error", "ident", "line"].includes(command?.text ?? "")
  )
    diagnostics.error("D_PRAGMA_INVAL", `there is no pragma 'D ${command?.text ?? ""}'`, line.span);
  return undefined;
}
