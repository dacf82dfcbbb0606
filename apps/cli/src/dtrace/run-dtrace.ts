/** `trace dtrace`: dtrace's own command line, output and statuses over any backend. */
import {
  errorDiagnostic,
  hasErrors,
  TraceError,
  type Backend,
  type Diagnostic,
  type Language,
  type LanguageContext,
  type LanguageResult,
  type Program,
  type Target,
} from "@trace/core";
import { textReporter } from "@trace/reporter-text";
import {
  chooseBackend,
  listProbes,
  mergeProbes,
  pointText,
  startSession,
  type Session,
  type TargetRequest,
} from "@trace/session";
import { loadBackends, loadLanguage } from "../plugins.ts";
import { compileFailure } from "./compile-failure.ts";
import { dVersion } from "./d-version.ts";
import { DtraceFailure } from "./dtrace-failure.ts";
import { readRequest, type DtraceRequest, type Setting } from "./dtrace-request.ts";
import { listHeader, listLine, matchingProbes, numberedProbes, pointsOf } from "./list-probes.ts";
import { Output } from "./output.ts";
import { JoinedParts } from "./program-parts.ts";
import { readParts } from "./read-parts.ts";
import { dropLine, errorLine, matchLines } from "./run-messages.ts";
import { checkSettings, environmentSettings, isOn, languageOptions } from "./settings.ts";
import { unusedArgument } from "./unused-argument.ts";
import { usage } from "./usage.ts";

/** Runs `trace dtrace WORDS` and returns its status. */
export async function runDtrace(words: readonly string[]): Promise<number> {
  try {
    const request = words.length === 0 ? undefined : readRequest(words);
    if (request === undefined || "mistake" in request) {
      if (request !== undefined) sayLine(request.mistake);
      if (request?.showUsage !== false) process.stderr.write(usage);
      return 2;
    }
    return await new DtraceCommand(request, await loadLanguage("d")).run();
  } catch (error) {
    if (error instanceof DtraceFailure) {
      sayLine(error.message);
      return error.status;
    }
    if (!TraceError.isInstance(error)) throw error;
    for (const diagnostic of error.diagnostics) sayLine(plainText(diagnostic));
    return 1;
  }
}

function sayLine(text: string): void {
  process.stderr.write(`dtrace: ${text}\n`);
}

/** A finding that is about no place in a program. */
function plainText({ code, message, hint }: Diagnostic): string {
  if (code === "TARGET_NOT_FOUND" || code === "COMMAND_NOT_FOUND") return "No such process";
  return hint === undefined ? message : `${message} (${hint})`;
}

class DtraceCommand {
  readonly #request: DtraceRequest;
  readonly #language: Language;
  readonly #settings: readonly Setting[];
  /** As dtrace's own tests have it: output without what differs from run to run. */
  readonly #testing = process.env["_DTRACE_TESTING"] !== undefined;

  constructor(request: DtraceRequest, language: Language) {
    this.#request = request;
    this.#language = language;
    this.#settings = [...environmentSettings(process.env), ...request.settings];
  }

  async run(): Promise<number> {
    const { mode, verbose, backend } = this.#request;
    if (mode === "version") {
      process.stdout.write(
        `dtrace: D ${dVersion}\n${verbose ? `This is DTrace ${dVersion}, of trace\n` : ""}`,
      );
      return 0;
    }
    checkSettings(this.#settings, this.#language);
    if (mode === "header" || mode === "link")
      throw new DtraceFailure(
        mode === "header"
          ? "-h is not supported: `trace generate` makes providers of a declaration"
          : "-G is not supported: providers need no link step here",
      );
    const target = this.#target();
    const joined = new JoinedParts(readParts(this.#request, this.#settings));
    const name = backend ?? process.env["TRACE_BACKEND"];
    const backends = await loadBackends(name === "" || name === "auto" ? undefined : name);
    switch (mode) {
      case "list":
        return this.#list(joined, backends, target);
      case "compile":
        await this.#compile(joined, backends, target);
        return 0;
      case "run":
        return this.#trace(joined, backends, target);
    }
  }

  /** What `-c` and `-p` name. */
  #target(): TargetRequest {
    const { commands, pids } = this.#request;
    if (commands.length + pids.length > 1)
      throw new DtraceFailure("only one process can be traced at a time: give one -c or -p");
    const [command] = commands;
    if (command !== undefined) {
      // dtrace knows no quotes here.
      const [program = "", ...args] = command.split(/\s+/).filter((word) => word !== "");
      return { kind: "command", argv: [program, ...args] };
    }
    const [pid] = pids;
    if (pid === undefined) return { kind: "system" };
    if (!/^\s*[+-]?\d+$/.test(pid)) throw new DtraceFailure(`invalid pid: ${pid}`);
    return { kind: "process", pid: Number(pid) };
  }

  /** The program of `joined`; with errors it has what dtrace reports of the first. */
  #load(joined: JoinedParts, context: LanguageContext): LanguageResult {
    const listing = this.#request.mode === "list";
    const result = this.#language.parse(joined.source, {
      ...context,
      arguments: this.#request.arguments,
      options: { ...languageOptions(this.#settings), ...(listing ? { zdefs: true } : {}) },
    });
    if (hasErrors(result.diagnostics)) return result;
    const mistake =
      result.program?.clauses.length === 0
        ? errorDiagnostic("D_EMPTY", "the program has no clauses", { span: { start: 0, end: 0 } })
        : isOn(this.#settings, "argref")
          ? undefined
          : unusedArgument(joined, this.#request.arguments);
    return mistake === undefined ? result : { diagnostics: [mistake] };
  }

  /** The failure that `error` is, in dtrace's words. */
  #failure(error: unknown, joined: JoinedParts): unknown {
    if (!TraceError.isInstance(error)) return error;
    const errors = error.diagnostics.filter(({ severity }) => severity === "error");
    // dtrace looks for clauses after all else.
    const first = errors.find(({ code }) => code !== "D_EMPTY") ?? errors[0];
    const ofProgram = first?.span !== undefined || first?.code.startsWith("D_") === true;
    if (first === undefined || !ofProgram) return error;
    return new DtraceFailure(compileFailure(first, joined, isOn(this.#settings, "errtags")));
  }

  /** The program for what is there to trace, checked; throws what is wrong with it. */
  async #compile(
    joined: JoinedParts,
    backends: readonly Backend[],
    request: TargetRequest,
  ): Promise<Program> {
    try {
      const target: Target = request.kind === "process" ? request : { kind: "system" };
      const lists = await listProbes(backends, { target });
      const { program, diagnostics } = this.#load(joined, {
        probes: mergeProbes(lists),
        ...(target.kind === "process" ? { target: target.pid } : {}),
      });
      if (program === undefined || hasErrors(diagnostics)) throw new TraceError(diagnostics);
      if (this.#request.mode === "compile") await chooseBackend(program, lists);
      return program;
    } catch (error) {
      throw this.#failure(error, joined);
    }
  }

  async #list(joined: JoinedParts, backends: readonly Backend[], request: TargetRequest): Promise<number> {
    const target: Target = request.kind === "process" ? request : { kind: "system" };
    const program = joined.parts.length === 0 ? undefined : await this.#compile(joined, backends, request);
    const out = new Output(this.#request.output);
    out.open();
    const listed = await numberedProbes(backends, target);
    await out.write(`${listHeader}\n`);
    if (program === undefined) await out.write(listed.map((one) => `${listLine(one)}\n`).join(""));
    else {
      for (const point of pointsOf(program)) {
        const found = matchingProbes(point, listed);
        if (found.length === 0) sayLine(`failed to match ${pointText(point)}: No probe matches description`);
        await out.write(found.map((one) => `${listLine(one)}\n`).join(""));
      }
    }
    await out.close();
    return 0;
  }

  async #trace(joined: JoinedParts, backends: readonly Backend[], target: TargetRequest): Promise<number> {
    if (joined.parts.length === 0) throw new DtraceFailure("no probes specified");
    const showDropTags = isOn(this.#settings, "droptags");
    let program: Program | undefined;
    const output = new Output(this.#request.output);
    const notice = (text: string): void => {
      if (program?.options.quiet !== true) sayLine(text);
    };
    const session = startSession({
      target,
      load: (context) => {
        const result = this.#load(joined, context);
        program = result.program;
        return result;
      },
      backends,
      reporters: [
        {
          reporter: textReporter({ style: "dtrace", hideIds: this.#testing }),
          out: output,
        },
      ],
      onPlan: () => output.open(),
      onEvent: (event) => {
        if (event.type === "ready" && program !== undefined) {
          for (const line of matchLines(program, event, joined)) notice(line);
          if (isOn(this.#settings, "destructive")) notice("allowing destructive actions");
        } else if (event.type === "diagnostic") sayLine(errorLine(event));
        else if (event.type === "lost") sayLine(dropLine(event, showDropTags));
      },
    });
    const release = this.#onInterrupt(session, output);
    try {
      return (await session.finished).status;
    } catch (error) {
      throw this.#failure(error, joined);
    } finally {
      release();
      await output.close();
    }
  }

  /** The first interrupt ends in good order, the second gives up. Returns how to stop listening. */
  #onInterrupt(session: Session, output: Output): () => void {
    const signals = ["SIGINT", "SIGTERM"] as const;
    let interrupts = 0;
    const interrupt = (): void => {
      interrupts++;
      if (interrupts > 1) {
        session.abort();
        return;
      }
      // So that what follows does not stand behind the terminal's `^C`.
      if (!this.#testing) void output.write("\n");
      session.stop();
    };
    for (const signal of signals) process.on(signal, interrupt);
    return () => {
      for (const signal of signals) process.off(signal, interrupt);
    };
  }
}
