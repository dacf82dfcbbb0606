/** Starting or finding what is traced. */
import { errorDiagnostic, TraceError, type Target } from "@trace/core";
import { HeldCommand } from "./held-command.ts";
import type { TargetRequest } from "./target-request.ts";
import { WaitDirectory } from "./wait-directory.ts";

/** A target that is there, and if it is a command, held. */
export type OpenTarget =
  | { readonly kind: "process"; readonly pid: number }
  | {
      readonly kind: "command";
      readonly pid: number;
      readonly command: HeldCommand;
      readonly wait: WaitDirectory;
    }
  | { readonly kind: "system" };

/**
 * Opens a target. Rejects with a TraceError: TARGET_NOT_FOUND where no process has the pid, COMMAND_NOT_FOUND where
 * there is no such command.
 */
export async function openTarget(request: TargetRequest): Promise<OpenTarget> {
  switch (request.kind) {
    case "system":
      return request;
    case "process":
      if (!processExists(request.pid)) {
        throw new TraceError(
          errorDiagnostic("TARGET_NOT_FOUND", `no process has the pid ${request.pid}`, {
            hint: "`trace list` shows the processes that have probes",
          }),
        );
      }
      return request;
    case "command": {
      const wait = new WaitDirectory();
      try {
        const command = await HeldCommand.start(request.argv, {
          ...request.environment,
          TRACE_WAIT: wait.path,
        });
        return { kind: "command", pid: command.pid, command, wait };
      } catch (error) {
        wait.remove();
        throw error;
      }
    }
  }
}

/** Lets a command run, now that its probes are attached. */
export function releaseTarget(target: OpenTarget): void {
  if (target.kind !== "command") return;
  target.wait.remove();
  target.command.release();
}

/** Leaves a target to itself. A command that is still held never runs; one that runs goes on without a tracer. */
export function leaveTarget(target: OpenTarget): void {
  if (target.kind !== "command") return;
  target.wait.remove();
  target.command.cancel();
  target.command.leave();
}

/** The target as backends know it. */
export function backendTarget(target: OpenTarget): Target {
  return target.kind === "system" ? target : { kind: "process", pid: target.pid };
}

/** Is there such a process? True also when it is not ours to signal (kill(2), EPERM). */
function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
