/** One session of a program, told on standard error: what `run`, `record` and `report` have in common. */
import {
  TraceError,
  type Backend,
  type LanguageContext,
  type LanguageResult,
  type SourceText,
  type TraceEvent,
} from "@trace/core";
import { startSession, type Session, type SessionResult, type TargetRequest } from "@trace/session";
import { statusOf } from "../exit-status.ts";
import { say, sayDiagnostic } from "../messages.ts";
import type { Outputs } from "../options/output.ts";

/** A program that is yet to be made for its target, and the text that findings point at. */
export interface LoadableProgram {
  readonly source: SourceText;
  readonly load: (context: LanguageContext) => LanguageResult;
}

/** What to run, on what, and where its output goes. */
export interface ProgramSession {
  readonly program: LoadableProgram;
  readonly target: TargetRequest;
  readonly backends: readonly Backend[];
  readonly outputs: Outputs;
  /** Milliseconds. */
  readonly duration?: number | undefined;
  /** The outputs show aggregations while they grow. */
  readonly interim?: boolean;
  readonly onEvent: (event: TraceEvent) => void;
}

/** Runs to the end, finishes the outputs, and returns the exit status. */
export async function runProgram(request: ProgramSession): Promise<number> {
  const { program, target, backends, outputs, duration, interim = false, onEvent } = request;
  const session = startSession({
    target,
    load: program.load,
    backends,
    reporters: outputs.outputs,
    onPlan: (plan) => {
      for (const diagnostic of plan.diagnostics) sayDiagnostic(diagnostic, program.source);
    },
    onEvent,
    interim,
    ...(duration === undefined ? {} : { duration }),
  });
  const release = onInterrupt(session);
  try {
    const result = await session.finished;
    sayCommandEnd(result);
    return result.status;
  } catch (error) {
    if (!TraceError.isInstance(error)) throw error;
    for (const diagnostic of error.diagnostics) sayDiagnostic(diagnostic, program.source);
    return statusOf(error.diagnostics);
  } finally {
    release();
    await outputs.close();
  }
}

/** The first interrupt ends in good order, the second gives up. Returns how to stop listening. */
function onInterrupt(session: Session): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts++;
    if (interrupts === 1) session.stop();
    else session.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
}

function sayCommandEnd({ command }: SessionResult): void {
  if (command === undefined) return;
  if (command.signal !== null) say(`trace: the command was ended by ${command.signal}`);
  else if (command.code !== 0) say(`trace: the command ended with status ${command.code}`);
}
