/** Running a script in bpftrace. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  errorDiagnostic,
  hasErrors,
  type Diagnostic,
  type EndEvent,
  type Plan,
  type Run,
  type Target,
  type TraceEvent,
} from "@trace/core";
import { compileScript, type CompiledScript } from "../compile/compile-script.ts";
import { limitsEnvironment } from "../compile/limits.ts";
import { clockOffset } from "./clock-offset.ts";
import { OutputReader } from "./output-reader.ts";
import { readLines } from "./read-lines.ts";
import { ToolMessages } from "./tool-messages.ts";

/** Bytes of a line that are kept: the largest is a map of 65,536 strings of a kilobyte. */
const longestLine = 256 * 1024 * 1024;

/** Milliseconds without output that bpftrace has to end after SIGINT, then after SIGTERM, before the next signal. */
const grace = { SIGINT: 15_000, SIGTERM: 3_000 } as const;

/** Milliseconds between two looks at whether the target is still there. */
const targetPoll = 100;

/** Starts bpftrace with the script of `plan`. `command` is the program and its first arguments. */
export function startRun(plan: Plan, command: readonly [string, ...string[]]): Run {
  return new BpftraceRun(plan, command);
}

class BpftraceRun implements Run {
  readonly #plan: Plan;
  readonly #script: CompiledScript;
  readonly #command: readonly [string, ...string[]];
  #child: ChildProcess | undefined;
  #reason: EndEvent["reason"] | undefined;
  #escalation: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #lastOutput = 0;

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
    this.#signal("SIGKILL");
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TraceEvent> {
    if (hasErrors(this.#script.diagnostics)) {
      yield* failed(this.#script.diagnostics);
      return;
    }
    try {
      yield* this.#run();
    } finally {
      this.#finish();
    }
  }

  async *#run(): AsyncGenerator<TraceEvent> {
    const watched = watchedTarget(this.#plan.context.target);
    if (watched === "gone") {
      yield* failed([targetNotFound(this.#plan.context.target)]);
      return;
    }
    if (watched !== undefined) this.#watchTarget(watched);
    for (const size of this.#script.limits.stringSizes) {
      const again = yield* this.#attempt(size);
      if (!again) return;
    }
  }

  /** Runs bpftrace with strings of `stringSize` bytes; true where that was too much for it, before anything happened. */
  async *#attempt(stringSize: number): AsyncGenerator<TraceEvent, boolean> {
    const child = this.#spawn(stringSize);
    const messages = new ToolMessages();
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => messages.add(chunk));
    const exit = new Promise<Ending>((resolve) => {
      child.once("error", (error) => resolve({ error }));
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
    const reader = new OutputReader(this.#plan.program, this.#script, stringSize);
    let told = false;
    for await (const line of readLines(child.stdout as AsyncIterable<Uint8Array>, longestLine)) {
      this.#lastOutput = performance.now();
      if ("tooLong" in line) {
        yield diagnosticEvent(lineTooLong(line.tooLong));
        continue;
      }
      if (line.text !== "" && !line.text.startsWith("{")) {
        // 0.27 writes its warnings about the script here.
        messages.add(`${line.text}\n`);
        continue;
      }
      const events = reader.read(line.text);
      if (!told && reader.ready) {
        told = true;
        yield this.#readyEvent();
      }
      if (reader.exitStatus !== undefined) this.#reason ??= "exit";
      yield* events;
    }
    const ending = await exit;
    this.#child = undefined;
    const isSmallest = stringSize === this.#script.limits.stringSizes.at(-1);
    if (!told && !isSmallest && this.#reason === undefined && messages.exceededStack) return true;

    if ("error" in ending) {
      yield* failed([cannotStart(this.#command[0], ending.error)]);
      return false;
    }
    const diagnostics = messages.diagnostics(this.#script.spans);
    for (const diagnostic of diagnostics) yield diagnosticEvent(diagnostic);
    if (reader.ended) yield* reader.finalEvents();
    const inOrder = reader.ended || (this.#reason !== undefined && !told);
    if (!inOrder && !hasErrors(diagnostics)) yield diagnosticEvent(endedEarly(ending));
    const reason = inOrder ? (this.#reason ?? "stopped") : "failed";
    const status = reason === "exit" ? (reader.exitStatus ?? 0) : reason === "failed" ? 1 : 0;
    yield { type: "end", reason, status };
    return false;
  }

  #spawn(stringSize: number): ChildProcess {
    const [program, ...first] = this.#command;
    const { limits, dialect } = this.#script;
    const flags = dialect.reportsFullMapsOnlyWithK ? ["-k"] : [];
    const child = spawn(
      program,
      [...first, "-f", "json", ...flags, "-", String(clockOffset()), String(process.pid)],
      {
        // A group of its own: Ctrl-C is for us, who then stop it in good order.
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, ...limitsEnvironment(limits, dialect, stringSize) },
      },
    );
    child.stdin?.on("error", () => undefined).end(this.#plan.text);
    this.#child = child;
    if (this.#reason !== undefined) this.#signal("SIGKILL");
    return child;
  }

  #readyEvent(): TraceEvent {
    return {
      type: "ready",
      backend: this.#plan.backend,
      attached: this.#script.attached,
      unmatched: this.#script.unmatched,
    };
  }

  #stop(reason: EndEvent["reason"]): void {
    if (this.#reason !== undefined && this.#reason !== "exit") return;
    this.#reason ??= reason;
    this.#signal("SIGINT");
    this.#lastOutput = performance.now();
    const escalate = (signal: keyof typeof grace): void => {
      this.#escalation = setTimeout(() => {
        const quiet = performance.now() - this.#lastOutput;
        if (quiet < grace[signal]) escalate(signal);
        else if (signal === "SIGINT") {
          this.#signal("SIGTERM");
          escalate("SIGTERM");
        } else this.#signal("SIGKILL");
      }, grace[signal]);
    };
    escalate("SIGINT");
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended by itself.
    }
  }

  #watchTarget(startTime: string): void {
    const { target } = this.#plan.context;
    if (target.kind !== "process") return;
    this.#watch = setInterval(() => {
      if (processStart(target.pid) === startTime) return;
      clearInterval(this.#watch);
      this.#stop("target");
    }, targetPoll);
  }

  /** Also when the consumer leaves early: nothing goes on. */
  #finish(): void {
    clearTimeout(this.#escalation);
    clearInterval(this.#watch);
    this.#signal("SIGKILL");
  }
}

interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Ending = ExitStatus | { readonly error: Error };

function* failed(diagnostics: readonly Diagnostic[]): Generator<TraceEvent> {
  for (const diagnostic of diagnostics) yield diagnosticEvent(diagnostic);
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

function endedEarly({ code, signal }: ExitStatus): Diagnostic {
  return errorDiagnostic("BPFTRACE_ENDED", `bpftrace ended before its time: ${signal ?? `status ${code}`}`, {
    hint: "what was not printed yet is lost; run it again",
  });
}

function lineTooLong(length: number): Diagnostic {
  return errorDiagnostic("BPFTRACE_OUTPUT", `bpftrace wrote a line of ${length} bytes: it is left out`, {
    hint: "use fewer keys",
  });
}

function targetNotFound(target: Target): Diagnostic {
  const pid = target.kind === "process" ? target.pid : 0;
  return errorDiagnostic("TARGET_NOT_FOUND", `no process has the pid ${pid}`, {
    hint: "`trace list` shows the processes that have probes",
  });
}

/** When the target process started, to know it from a later one of the same pid. */
function watchedTarget(target: Target): string | "gone" | undefined {
  return target.kind === "process" ? (processStart(target.pid) ?? "gone") : undefined;
}

/** Start time of a process that has not ended, in clock ticks since boot (proc(5), stat, fields 3 and 22). */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
