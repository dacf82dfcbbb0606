/**
 * What this command is composed of: a new backend, language or reporter is a line here. Each is loaded when it is used,
 * for a tracer must be there before what it is to see is over.
 */
import {
  errorDiagnostic,
  TraceError,
  type Backend,
  type Language,
  type Reporter,
  type TraceEvent,
} from "@trace/core";
import type { RunStatus } from "@trace/reporter-text";

/** Plugins of one kind by name, in order of preference. */
type Plugins<Plugin, Context extends unknown[] = []> = Readonly<
  Record<string, (...context: Context) => Promise<Plugin>>
>;

/**
 * `TRACE_BPFTRACE` and `TRACE_DTRACE` name the tools to use, where they are not those in PATH; `TRACE_DTRACE_LIBRARY` a
 * folder of D libraries without kernel types, with which DTrace starts faster.
 */
const { TRACE_BPFTRACE: bpftrace, TRACE_DTRACE: dtrace, TRACE_DTRACE_LIBRARY: quickLibrary } = process.env;

/** The option of a backend that runs the tool `path`. */
function commandOption(path: string | undefined): { readonly command?: readonly [string] } {
  return path === undefined || path === "" ? {} : { command: [path] };
}

/** What costs the target least comes first. */
const backends: Plugins<Backend> = {
  embedded: async () => (await import("@trace/backend-embedded")).embeddedBackend(),
  bpftrace: async () => (await import("@trace/backend-bpftrace")).bpftraceBackend(commandOption(bpftrace)),
  dtrace: async () =>
    (await import("@trace/backend-dtrace")).dtraceBackend({
      ...commandOption(dtrace),
      ...(quickLibrary === undefined ? {} : { quickLibrary }),
    }),
};

const languages: Plugins<Language> = {
  d: async () => (await import("@trace/lang-d")).dLanguage(),
};

const languageOfExtension: Readonly<Record<string, string>> = { ".d": "d" };

/** What a reporter may know of the run before it starts, and of how the user wants to see it. */
export interface OutputContext {
  /** The target's pid: whose JIT map names frames. */
  readonly pid?: number;
  /** The name of a process, or of one of its threads; without it they are looked up on this machine. */
  readonly names?: (pid: number, tid?: number) => string | undefined;
  /** Whose layout text has; default that of the program's language. */
  readonly style?: string;
  /** Redraw aggregations while they grow; what is said of events goes through `message` where that is on a terminal. */
  readonly live?: { readonly message: (event: TraceEvent) => string; readonly status: () => RunStatus };
}

/** Output formats: the word before `=` in `-o FORMAT=FILE`. */
export type OutputFormats = Plugins<Reporter, [OutputContext]>;

const flame =
  (format: "svg" | "collapsed" | "speedscope" | "pprof") =>
  async ({ pid }: OutputContext): Promise<Reporter> =>
    (await import("@trace/reporter-flame")).flameReporter({ format, ...(pid === undefined ? {} : { pid }) });

async function text({ style, live }: OutputContext): Promise<Reporter> {
  const { processTerminal, statusLine, terminalOptions, textReporter, textStyles } =
    await import("@trace/reporter-text");
  const chosen = textStyles.find((one) => one === style);
  if (style !== undefined && chosen === undefined) {
    throw new TraceError(
      errorDiagnostic("USAGE", `there is no style '${style}'`, {
        hint: `choose one of ${textStyles.join(", ")}`,
      }),
    );
  }
  const layout = {
    ...terminalOptions(process.stdout, process.env),
    ...(chosen === undefined ? {} : { style: chosen }),
  };
  if (live === undefined) return textReporter(layout);
  return textReporter({
    ...layout,
    live: {
      terminal: processTerminal(),
      message: live.message,
      status: () => statusLine(live.status(), layout),
    },
  });
}

export const outputFormats: OutputFormats = {
  text,
  json: async () => (await import("@trace/reporter-json")).jsonReporter(),
  "json:bpftrace": async () => (await import("@trace/reporter-json")).bpftraceJsonReporter(),
  chrome: async ({ names }) =>
    (await import("@trace/reporter-chrome")).chromeReporter(names === undefined ? {} : { names }),
  flame: flame("svg"),
  collapsed: flame("collapsed"),
  speedscope: flame("speedscope"),
  pprof: flame("pprof"),
};

export const backendNames: readonly string[] = Object.keys(backends);

/** The backend called `name`, or all. TraceError BACKEND_UNKNOWN for another name. */
export async function loadBackends(name?: string): Promise<readonly Backend[]> {
  if (name === undefined) return Promise.all(Object.values(backends).map((load) => load()));
  return [await pick(backends, name, "BACKEND_UNKNOWN", "backend")()];
}

/** The language called `name`, or that of files ending in `extension`; D where neither says. TraceError LANGUAGE_UNKNOWN. */
export function loadLanguage(name: string | undefined, extension = ""): Promise<Language> {
  const chosen = name ?? languageOfExtension[extension] ?? "d";
  return pick(languages, chosen, "LANGUAGE_UNKNOWN", "language")();
}

/** The plugin called `name`. TraceError `code` for a name that is none. */
export function pick<Plugin>(
  plugins: Readonly<Record<string, Plugin>>,
  name: string,
  code: string,
  noun: string,
): Plugin {
  const plugin = Object.hasOwn(plugins, name) ? plugins[name] : undefined;
  if (plugin !== undefined) return plugin;
  throw new TraceError(
    errorDiagnostic(code, `there is no ${noun} '${name}'`, {
      hint: `choose one of ${Object.keys(plugins).join(", ")}`,
    }),
  );
}
