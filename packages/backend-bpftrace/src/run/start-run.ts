/** Running a script in bpftrace. */
import { cpus } from "node:os";
import {
  errorDiagnostic,
  hasErrors,
  type Diagnostic,
  type EndEvent,
  type Plan,
  type Run,
  type TraceEvent,
} from "@trace/core";
import { readLines, watchProcess } from "@trace/tracer-process";
import { compileScript, type CompiledScript } from "../compile/compile-script.ts";
import { limitsEnvironment } from "../compile/limits.ts";
import { BpftraceProcess, type Ending } from "./bpftrace-process.ts";
import { clockOffset } from "./clock-offset.ts";
import { OutputReader } from "./output-reader.ts";

/** Bytes of a line that are kept: the largest is a map of 65,536 strings of a kilobyte. */
const longestLine = 256 * 1024 * 1024;

/** Starts bpftrace with the script of `plan`. `command` is the program and its first arguments. */
export function startRun(plan: Plan, command: readonly [string, ...string[]]): Run {
  return new BpftraceRun(plan, command);
}

class BpftraceRun implements Run {
  readonly #plan: Plan;
  readonly #script: CompiledScript;
  readonly #command: readonly [string, ...string[]];
  #process: BpftraceProcess | undefined;
  #isReady = false;
  /** Why it ends, once that is known. */
  #reason: EndEvent["reason"] | undefined;

  constructor(plan: Plan, command: readonly [string, ...string[]]) {
    this.#plan = plan;
    this.#command = command;
    this.#script = compileScript(plan.program, plan.context);
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
    const unwatch =
      target.kind === "process" ? watchProcess(target.pid, () => this.#stop("target")) : undefined;
    if (target.kind === "process" && unwatch === undefined) {
      yield* failed([targetNotFound(target.pid)]);
      return;
    }
    try {
      for (const size of this.#script.limits.stringSizes) {
        const again = yield* this.#attempt(size);
        if (!again) return;
      }
    } finally {
      unwatch?.();
      // Also when the consumer leaves early: nothing goes on.
      this.#process?.signal("SIGKILL");
    }
  }

  /** Runs bpftrace with strings of `stringSize` bytes; true where that was too much for it, before anything happened. */
  async *#attempt(stringSize: number): AsyncGenerator<TraceEvent, boolean> {
    if (this.#reason !== undefined) {
      yield { type: "end", reason: this.#reason, status: 0 };
      return false;
    }
    const bpftrace = this.#start(stringSize);
    const reader = new OutputReader(this.#plan.program, this.#script, stringSize);
    const allCpus = cpus().length;
    let interrupted = false;
    for await (const line of readLines(bpftrace.output(), longestLine)) {
      if ("tooLong" in line) yield diagnosticEvent(lineTooLong(line.tooLong));
      else if (line.text !== "" && !line.text.startsWith("{")) {
        // 0.27 writes its warnings about the script here.
        bpftrace.messages.add(`${line.text}\n`);
      } else {
        const events = reader.read(line.text);
        if (reader.ready && !this.#isReady) {
          this.#isReady = true;
          yield this.#readyEvent();
        }
        if (reader.exitStatus !== undefined) this.#stop("exit");
        if (!interrupted && reader.hasReadAll(allCpus)) {
          interrupted = true;
          bpftrace.interrupt();
        }
        yield* events;
      }
    }
    const ending = await bpftrace.ended;
    const isSmallest = stringSize === this.#script.limits.stringSizes.at(-1);
    if (!this.#isReady && !isSmallest && this.#reason === undefined && bpftrace.messages.exceededStack)
      return true;
    yield* this.#endEvents(ending, bpftrace, reader);
    return false;
  }

  *#endEvents(ending: Ending, { messages }: BpftraceProcess, reader: OutputReader): Generator<TraceEvent> {
    if ("error" in ending) {
      yield* failed([cannotStart(this.#command[0], ending.error)]);
      return;
    }
    const diagnostics = messages.diagnostics(this.#script.spans);
    yield* diagnostics.map(diagnosticEvent);
    if (reader.ended) yield* reader.finalEvents();
    const gaveUp = this.#reason !== undefined && !this.#isReady;
    const inOrder = reader.ended || gaveUp;
    if (!inOrder && !hasErrors(diagnostics)) yield diagnosticEvent(endedEarly(ending));
    // The program may have ended itself before it was stopped.
    const wish = reader.exitStatus === undefined ? (this.#reason ?? "stopped") : "exit";
    const reason = inOrder ? wish : "failed";
    const status = reason === "exit" ? (reader.exitStatus ?? 0) : reason === "failed" ? 1 : 0;
    yield { type: "end", reason, status };
  }

  #start(stringSize: number): BpftraceProcess {
    const { limits, dialect } = this.#script;
    const flags = dialect.reportsFullMapsOnlyWithK ? ["-k"] : [];
    const args = ["-f", "json", ...flags, "-", String(clockOffset()), String(process.pid)];
    const environment = limitsEnvironment(limits, dialect, stringSize);
    this.#process = new BpftraceProcess([...this.#command, ...args], environment, this.#plan.text);
    return this.#process;
  }

  #readyEvent(): TraceEvent {
    const { attached, unmatched } = this.#script;
    return { type: "ready", backend: this.#plan.backend, attached, unmatched };
  }

  #stop(reason: EndEvent["reason"]): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    // Before it is ready there is nothing to lose.
    if (this.#isReady) this.#process?.ask();
    else this.#process?.interrupt();
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
    hint: "install bpftrace; `trace doctor` says how",
  });
}

function endedEarly({ code, signal }: Exclude<Ending, { error: unknown }>): Diagnostic {
  return errorDiagnostic("BPFTRACE_ENDED", `bpftrace ended before its time: ${signal ?? `status ${code}`}`, {
    hint: "what was not printed yet is lost; run it again",
  });
}

function lineTooLong(length: number): Diagnostic {
  return errorDiagnostic("BPFTRACE_OUTPUT", `bpftrace wrote a line of ${length} bytes: it is left out`, {
    hint: "use fewer keys",
  });
}

function targetNotFound(pid: number): Diagnostic {
  return errorDiagnostic("TARGET_NOT_FOUND", `no process has the pid ${pid}`, {
    hint: "`trace list` shows the processes that have probes",
  });
}
