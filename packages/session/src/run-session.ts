/** One run of one program: attach, pump events to reporters, stop, clean up. */
import { setTimeout as delay } from "node:timers/promises";
import {
  hasErrors,
  TraceError,
  type Backend,
  type Detection,
  type LanguageContext,
  type LanguageResult,
  type Plan,
  type ProbeDescription,
  type Program,
  type Run,
  type TraceEvent,
} from "@trace/core";
import { chooseBackend } from "./choose-backend.ts";
import { findProbes, mergeProbes } from "./find-probes.ts";
import { reportEvents, type ReporterOutput } from "./report-events.ts";
import {
  backendTarget,
  leaveTarget,
  openTarget,
  releaseTarget,
  type OpenTarget,
} from "./target/open-target.ts";
import type { CommandEnd } from "./target/held-command.ts";
import type { TargetRequest } from "./target/target-request.ts";

/** What to run, on what, with what. */
export interface SessionRequest {
  readonly target: TargetRequest;
  /**
   * Gives the program. Called first with the target alone, then with the probes that were found, so that a language can
   * type their arguments. Diagnostics of the second call count.
   */
  readonly load: (context: LanguageContext) => LanguageResult;
  /** In order of preference. To force one, give only that. */
  readonly backends: readonly Backend[];
  readonly reporters: readonly ReporterOutput[];
  /** Milliseconds from ready to stop; without it until the program or the target ends, or `stop`. */
  readonly duration?: number;
  /** Reporters want aggregations while the program runs, about once a second. Default no. */
  readonly interim?: boolean;
  /** Sees every event before the reporters do: for a status line, losses, messages. */
  readonly onEvent?: (event: TraceEvent) => void;
  /** Called once, before attaching. */
  readonly onPlan?: (plan: Plan) => void;
}

/** How a session ended. */
export interface SessionResult {
  /** As the `end` event has it. */
  readonly reason: "exit" | "stopped" | "target" | "failed";
  readonly status: number;
  /** How the command ended, where the target is one and has ended. */
  readonly command?: CommandEnd;
}

/** A session in progress. */
export interface Session {
  /** Ends tracing in good order; the target goes on. Before the probes are attached it gives up. */
  stop(): void;
  /** Ends tracing at once. */
  abort(): void;
  /** Rejects with a TraceError when the session could not start: nothing is attached then. */
  readonly finished: Promise<SessionResult>;
}

/** Milliseconds that a backend has to notice by itself that its target ended. */
const TARGET_END_GRACE = 1_000;
/** The longest a Node timer can wait, in milliseconds. */
const LONGEST_INTERVAL = 2 ** 31 - 1;
/** Milliseconds to wait for the status of a command whose probes are gone already. */
const COMMAND_END_GRACE = 500;

/** Starts a session; what happens is told by `finished` and by events. */
export function startSession(request: SessionRequest): Session {
  const control = new SessionControl();
  return {
    stop: () => control.end("stop"),
    abort: () => control.end("abort"),
    finished: runSession(request, control),
  };
}

/** The wish to end, which may come before there is a run to end. */
class SessionControl {
  readonly #giveUp = new AbortController();
  #run: Run | undefined;

  /** Aborted when the user wants to end. */
  get signal(): AbortSignal {
    return this.#giveUp.signal;
  }

  started(run: Run): void {
    this.#run = run;
  }

  end(how: "stop" | "abort"): void {
    this.#giveUp.abort();
    this.#run?.[how]();
  }
}

async function runSession(request: SessionRequest, control: SessionControl): Promise<SessionResult> {
  const detect = startDetection(request.backends);
  const target = await openTarget(request.target);
  // A run may wait for nothing that Node counts: a tracer inside this process, or a target that has yet to come.
  const staying = setInterval(() => undefined, LONGEST_INTERVAL);
  try {
    const prepared = await preparePlan(request, target, detect, control.signal);
    if (prepared === undefined) return { reason: "stopped", status: 0 };
    const { backend, plan } = prepared;
    request.onPlan?.(plan);
    const run = backend.start(plan);
    control.started(run);
    return await pump(request, plan.program, run, target);
  } finally {
    clearInterval(staying);
    leaveTarget(target);
  }
}

/**
 * Detects backends when asked, but an only one at once: asking a tool for its version takes as long as all else before
 * the start, and can go on beside it.
 */
function startDetection(backends: readonly Backend[]): (backend: Backend) => Promise<Detection> {
  const [only] = backends;
  if (backends.length > 1 || only === undefined) return (backend) => backend.detect();
  const detection = only.detect();
  return () => detection;
}

/** From the script to the plan of the backend that will run it; undefined when the user gave up meanwhile. */
async function preparePlan(
  request: SessionRequest,
  target: OpenTarget,
  detect: (backend: Backend) => Promise<Detection>,
  signal: AbortSignal,
): Promise<{ readonly backend: Backend; readonly plan: Plan } | undefined> {
  const context: LanguageContext = target.kind === "system" ? {} : { target: target.pid };
  const lists = await findProbes(loadProgram(request, context), request.backends, target, signal);
  if (signal.aborted) return undefined;
  const program = loadProgram(request, { ...context, probes: mergeProbes(lists) });
  const choice = await chooseBackend(program, lists, detect);
  const { backend, detection, probes } = choice;
  const plan = backend.compile(program, {
    probes,
    target: programTarget(target, probes),
    ...(request.interim === true ? { interim: true } : {}),
    ...(detection.version === undefined ? {} : { version: detection.version }),
  });
  if (hasErrors(plan.diagnostics)) throw new TraceError(plan.diagnostics);
  return { backend, plan };
}

/** A command may run its program in a child process: the process with the probes is then the target. */
function programTarget(
  target: OpenTarget,
  probes: readonly ProbeDescription[],
): ReturnType<typeof backendTarget> {
  const owner = probes.find((probe) => probe.pid !== undefined)?.pid;
  return target.kind === "command" && owner !== undefined
    ? { kind: "process", pid: owner }
    : backendTarget(target);
}

function loadProgram(request: SessionRequest, context: LanguageContext): Program {
  const { program, diagnostics } = request.load(context);
  if (program === undefined || hasErrors(diagnostics)) throw new TraceError(diagnostics);
  return program;
}

async function pump(
  request: SessionRequest,
  program: Program,
  run: Run,
  target: OpenTarget,
): Promise<SessionResult> {
  const timers = new Set<NodeJS.Timeout>();
  const later = (milliseconds: number, action: () => void): void => {
    timers.add(setTimeout(action, milliseconds));
  };
  let result: SessionResult = { reason: "failed", status: 1 };
  if (target.kind === "command")
    void target.command.exited.then(() => later(TARGET_END_GRACE, () => run.stop()));
  async function* watched(): AsyncGenerator<TraceEvent> {
    for await (const event of run) {
      request.onEvent?.(event);
      if (event.type === "ready") {
        releaseTarget(target);
        if (request.duration !== undefined) later(request.duration, () => run.stop());
      } else if (event.type === "end") result = { reason: event.reason, status: event.status };
      yield event;
    }
  }
  try {
    // A reporter that fails ends the run: nobody would see the rest.
    await reportEvents(watched(), program, request.reporters, () => run.stop());
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  const command = await commandEnd(target, result.reason === "target" ? COMMAND_END_GRACE : 0);
  return command === undefined ? result : { ...result, command };
}

/** How the target ended, if it is a command that has ended or does so within `grace` milliseconds. */
async function commandEnd(target: OpenTarget, grace: number): Promise<CommandEnd | undefined> {
  if (target.kind !== "command") return undefined;
  const timeout = new AbortController();
  const late = delay(grace, undefined, { signal: timeout.signal }).catch(() => undefined);
  const end = await Promise.race([target.command.exited, late]);
  timeout.abort();
  return end;
}
