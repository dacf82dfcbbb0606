/** A command that is started, but held before its first instruction until its probes are attached. */
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { errorDiagnostic, TraceError } from "@trace/core";

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * The shell waits for a line on descriptor 3, then becomes the command: same pid. At end of file (the tracer died) it
 * gives up.
 */
const HOLD = 'read -r go <&3 || exit 125; exec 3<&-; exec "$@"';

/** The file that `name` means to execvp(3). TraceError COMMAND_NOT_FOUND where there is none. */
export function findExecutable(name: string, path: string = process.env["PATH"] ?? ""): string {
  const candidates = name.includes("/")
    ? [resolve(name)]
    : path.split(delimiter).map((directory) => join(directory === "" ? "." : directory, name));
  const found = candidates.find((candidate) => isExecutable(candidate));
  if (found === undefined) {
    throw new TraceError(
      errorDiagnostic("COMMAND_NOT_FOUND", `cannot run '${name}': no such command`, {
        hint: name.includes("/")
          ? "check the path and that it is executable"
          : "give its path, or check PATH",
      }),
    );
  }
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A started and held command. */
export class HeldCommand {
  readonly pid: number;
  readonly executable: string;
  readonly exited: Promise<CommandEnd>;
  ended = false;
  readonly #child: ChildProcess;
  readonly #hold: Writable;

  private constructor(child: ChildProcess, pid: number, executable: string) {
    this.#child = child;
    this.#hold = child.stdio[3] as Writable;
    this.#hold.on("error", () => undefined);
    this.pid = pid;
    this.executable = executable;
    this.exited = new Promise((resolveEnd) => {
      child.once("exit", (code, signal) => {
        this.ended = true;
        resolveEnd({ code, signal });
      });
    });
  }

  /**
   * Starts `argv`, held. The command gets a session of its own (setsid(2)): Ctrl-C is for the tracer, and leaves the
   * target running. Its output goes where ours goes; its standard input is ours unless that is a terminal, which a
   * process of another session cannot read.
   */
  static async start(
    argv: readonly [string, ...string[]],
    environment: Readonly<Record<string, string>>,
  ): Promise<HeldCommand> {
    const executable = findExecutable(argv[0]);
    const child = spawn("/bin/sh", ["-c", HOLD, argv[0], executable, ...argv.slice(1)], {
      detached: true,
      env: { ...process.env, ...environment },
      stdio: [process.stdin.isTTY ? "ignore" : "inherit", "inherit", "inherit", "pipe"],
    });
    await new Promise<void>((started, failed) => {
      child.once("spawn", started);
      child.once("error", failed);
    });
    if (child.pid === undefined) throw new Error("a spawned process has a pid");
    return new HeldCommand(child, child.pid, executable);
  }

  /** Lets the command run. */
  release(): void {
    if (!this.#hold.writableEnded) this.#hold.end("go\n");
  }

  /** If the command is still held, ends it: not one instruction of it has run. */
  cancel(): void {
    if (!this.#hold.writableEnded) this.#hold.end();
  }

  /** Forgets the command: it goes on by itself and no longer keeps this process alive. */
  leave(): void {
    this.#child.unref();
  }
}
