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
import { clockOffset } from "./clock-offset.ts";
import { OutputReader } from "./output-reader.ts";
import { readLines } from "./read-lines.ts";
import { StderrMessages } from "./stderr-messages.ts";

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
  #closed = false;

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
    const child = this.#spawn();
    const stderr = new StderrMessages();
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => stderr.add(chunk));
    const exit = new Promise<Ending>((resolve) => {
      child.once("error", (error) => resolve({ error }));
      child.once("close", (code, signal) => resolve({ code, signal }));
    });
    const spawned = await new Promise<boolean>((resolve) => {
      child.once("spawn", () => resolve(true));
      child.once("error", () => resolve(false));
    });
    if (!spawned) {
      yield* failed([cannotStart(this.#command[0], await exit)]);
      return;
    }
    if (watched !== undefined) this.#watchTarget(watched);

    const reader = new OutputReader(this.#plan.program, this.#script);
    let told = false;
    for await (const line of readLines(child.stdout as AsyncIterable<Uint8Array>, longestLine)) {
      this.#lastOutput = performance.now();
      if ("tooLong" in line) {
        yield diagnosticEvent(lineTooLong(line.tooLong));
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
    this.#closed = true;
    const diagnostics = stderr.diagnostics(this.#script.spans);
    for (const diagnostic of diagnostics) yield diagnosticEvent(diagnostic);
    if (reader.ended) yield* reader.finalEvents();
    const good = reader.ended && told;
    const gaveUp = this.#reason !== undefined && !told;
    if (!good && !gaveUp && !diagnostics.some((one) => one.severity === "error"))
      yield diagnosticEvent(endedEarly(ending));
    const reason = good || gaveUp ? (this.#reason ?? "stopped") : "failed";
    yield {
      type: "end",
      reason,
      status: reason === "exit" ? (reader.exitStatus ?? 0) : reason === "failed" ? 1 : 0,
    };
  }

  #spawn(): ChildProcess {
    const [program, ...first] = this.#command;
    const { environment } = this.#script.limits;
    const flags = this.#script.dialect.reportsFullMapsOnlyWithK ? ["-k"] : [];
    const child = spawn(
      program,
      [...first, "-f", "json", ...flags, "-", String(clockOffset()), String(process.pid)],
      {
        // A group of its own: Ctrl-C is for us, who then stop it in good order.
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, ...environment },
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
    if (pid === undefined || this.#closed) return;
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

type Ending =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly error: Error };

function* failed(diagnostics: readonly Diagnostic[]): Generator<TraceEvent> {
  for (const diagnostic of diagnostics) yield diagnosticEvent(diagnostic);
  yield { type: "end", reason: "failed", status: 1 };
}

function diagnosticEvent(diagnostic: Diagnostic): TraceEvent {
  return { type: "diagnostic", diagnostic };
}

function cannotStart(program: string, ending: Ending): Diagnostic {
  const cause =
    "error" in ending ? ((ending.error as NodeJS.ErrnoException).code ?? ending.error.message) : "";
  return errorDiagnostic("BACKEND_UNUSABLE", `cannot run ${program}: ${cause}`, {
    hint: "install bpftrace; `trace doctor` says how",
  });
}

function endedEarly(ending: Ending): Diagnostic {
  const how = "error" in ending ? ending.error.message : (ending.signal ?? `status ${ending.code}`);
  return errorDiagnostic("BPFTRACE_ENDED", `bpftrace ended before its time: ${how}`, {
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
