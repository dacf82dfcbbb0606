/** Running a script in DTrace. */
import {
  errorDiagnostic,
  hasErrors,
  type Diagnostic,
  type EndEvent,
  type Plan,
  type Run,
  type TraceEvent,
} from "@trace/core";
import { TracerProcess, readLines, watchProcess, type Ending } from "@trace/tracer-process";
import { compileScript, type CompiledScript } from "../compile/compile-script.ts";
import { OutputReader } from "./output-reader.ts";
import { messageEvents } from "./tool-messages.ts";

/** Bytes of a line that are kept: twelve strings of the longest that can be asked for, each byte escaped. */
const longestLine = 16 * 1024 * 1024;

/** End clauses run after either signal; detaching from many probes takes long, and tells nothing meanwhile. */
const endingSteps = [
  { signal: "SIGINT", patience: 15_000 },
  { signal: "SIGTERM", patience: 5_000 },
] as const;

/** Starts DTrace with the script of `plan`. `command` is the program and its first arguments. */
export function startRun(
  plan: Plan,
  command: readonly [string, ...string[]],
  quickLibrary: string | undefined,
): Run {
  return new DtraceRun(plan, command, quickLibrary);
}

class DtraceRun implements Run {
  readonly #plan: Plan;
  readonly #script: CompiledScript;
  readonly #command: readonly [string, ...string[]];
  #process: TracerProcess | undefined;
  #isReady = false;
  /** Why it ends, once that is known. */
  #reason: EndEvent["reason"] | undefined;

  constructor(plan: Plan, command: readonly [string, ...string[]], quickLibrary: string | undefined) {
    this.#plan = plan;
    this.#script = compileScript(plan.program, plan.context);
    const isQuick = quickLibrary !== undefined && !this.#script.needsKernelTypes;
    const library = isQuick ? ["-x", `syslibdir=${quickLibrary}`] : [];
    // Only of a file does DTrace tell the lines of errors.
    this.#command = [...command, ...library, "-s", "/dev/stdin"];
  }

  stop(): void {
    this.#stop("stopped");
  }

  abort(): void {
    this.#reason ??= "stopped";
    this.#process?.signal("SIGKILL");
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TraceEvent> {
    const { target } = this.#plan.context;
    if (hasErrors(this.#script.diagnostics)) {
      yield* failed(this.#script.diagnostics);
      return;
    }
    if (this.#reason !== undefined) {
      yield { type: "end", reason: this.#reason, status: 0 };
      return;
    }
    const unwatch =
      target.kind === "process" ? watchProcess(target.pid, () => this.#stop("target")) : undefined;
    if (target.kind === "process" && unwatch === undefined) {
      yield* failed([targetNotFound(target.pid)]);
      return;
    }
    try {
      yield* this.#run();
    } finally {
      unwatch?.();
      // Also when the consumer leaves early: nothing goes on.
      this.#process?.signal("SIGKILL");
    }
  }

  async *#run(): AsyncGenerator<TraceEvent> {
    const dtrace = new TracerProcess(this.#command, { input: this.#plan.text, steps: endingSteps });
    this.#process = dtrace;
    const reader = new OutputReader(this.#plan.program, this.#script);
    let hasFailed = false;
    const told = (): readonly TraceEvent[] => {
      const events = dtrace.takeMessages().flatMap((line) => messageEvents(line, this.#script));
      hasFailed ||= hasErrors(
        events.flatMap((event) => (event.type === "diagnostic" ? event.diagnostic : [])),
      );
      return events;
    };
    for await (const line of readLines(dtrace.output(), longestLine)) {
      if ("tooLong" in line) yield diagnosticEvent(lineTooLong(line.tooLong));
      else {
        const events = reader.read(line.text);
        if (reader.ready && !this.#isReady) {
          this.#isReady = true;
          yield this.#readyEvent();
        }
        // It may have come while we were ending: then it counts.
        if (reader.exitStatus !== undefined) this.#reason = "exit";
        yield* events;
      }
      if (this.#isReady) yield* told();
    }
    const ending = await dtrace.ended;
    if ("error" in ending) {
      yield* failed([cannotStart(this.#command[0], ending.error)]);
      return;
    }
    yield* told();
    if (reader.ended) yield* reader.finalEvents();
    const gaveUp = this.#reason !== undefined && !this.#isReady;
    const inOrder = reader.ended || gaveUp;
    if (!inOrder && !hasFailed) yield diagnosticEvent(endedEarly(ending));
    const reason = inOrder ? (this.#reason ?? "stopped") : "failed";
    const status = reason === "exit" ? (reader.exitStatus ?? 0) : reason === "failed" ? 1 : 0;
    yield { type: "end", reason, status };
  }

  #readyEvent(): TraceEvent {
    const { attached, unmatched } = this.#script;
    return { type: "ready", backend: this.#plan.backend, attached, unmatched };
  }

  #stop(reason: EndEvent["reason"]): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#process?.end();
  }
}

function* failed(diagnostics: readonly Diagnostic[]): Generator<TraceEvent> {
  yield* diagnostics.map(diagnosticEvent);
  yield { type: "end", reason: "failed", status: 1 };
}

function diagnosticEvent(diagnostic: Diagnostic): TraceEvent {
  return { type: "diagnostic", diagnostic };
}

function cannotStart(program: string, error: NodeJS.ErrnoException): Diagnostic {
  return errorDiagnostic("BACKEND_UNUSABLE", `cannot run ${program}: ${error.code ?? error.message}`, {
    hint: "install DTrace; `trace doctor` says how",
  });
}

function endedEarly({ code, signal }: Exclude<Ending, { error: unknown }>): Diagnostic {
  return errorDiagnostic("DTRACE_ENDED", `dtrace ended before its time: ${signal ?? `status ${code}`}`, {
    hint: "what was not printed yet is lost; run it again",
  });
}

function lineTooLong(length: number): Diagnostic {
  return errorDiagnostic("DTRACE_OUTPUT", `dtrace wrote a line of ${length} bytes: it is left out`, {
    hint: "print less at once",
  });
}

function targetNotFound(pid: number): Diagnostic {
  return errorDiagnostic("TARGET_NOT_FOUND", `no process has the pid ${pid}`, {
    hint: "`trace list` shows the processes that have probes",
  });
}
