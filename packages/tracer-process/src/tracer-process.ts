/** A running tracer: its output, and ending it. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How it ended: by itself or a signal, or it could not be started. */
export type Ending =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly error: NodeJS.ErrnoException };

/** A signal, and the milliseconds without output that the tracer then has before the next one. */
export interface EndingStep {
  readonly signal: NodeJS.Signals;
  readonly patience: number;
}

export interface TracerOptions {
  /** What it gets as its standard input: a file, so that a tracer that wants a path can have `/dev/stdin`. */
  readonly input: string;
  /** Variables added to our own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How it is ended, gentlest first. SIGKILL comes after the last. */
  readonly steps: readonly EndingStep[];
}

/** Most characters kept of what it says for people: an error can be long. */
const mostMessages = 64 * 1024;

/** A process of a tracer, in a group of its own: Ctrl-C is for us, who then end it in good order. */
export class TracerProcess {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #steps: readonly EndingStep[];
  #messages = "";
  #escalation: NodeJS.Timeout | undefined;
  #lastOutput = 0;
  #isOver = false;

  constructor(
    [program, ...args]: readonly [string, ...string[]],
    { input, environment, steps }: TracerOptions,
  ) {
    this.#steps = steps;
    const file = openNameless(input);
    try {
      this.#child = spawn(program, args, {
        detached: true,
        stdio: [file, "pipe", "pipe"],
        env: { ...process.env, ...environment },
      });
    } finally {
      closeSync(file);
    }
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve({ error }));
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
    });
    void this.ended.then(() => {
      this.#isOver = true;
      clearTimeout(this.#escalation);
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      if (this.#messages.length < mostMessages) this.#messages += chunk;
    });
  }

  /** Its standard output, which is read only as fast as this is iterated. */
  async *output(): AsyncGenerator<Uint8Array> {
    if (this.#child.stdout === null) return;
    for await (const chunk of this.#child.stdout) {
      this.#lastOutput = performance.now();
      yield chunk as Uint8Array;
    }
  }

  /** The whole lines it wrote to its standard error since this was last asked; all of them once it has ended. */
  takeMessages(): readonly string[] {
    const end = this.#isOver ? this.#messages.length : this.#messages.lastIndexOf("\n") + 1;
    const lines = this.#messages.slice(0, end).split("\n");
    this.#messages = this.#messages.slice(end);
    return lines.filter((line) => line !== "");
  }

  /** Has it end, in good order if it can. */
  end(): void {
    this.#step(0);
  }

  /** Sends `signal` to its process group. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#isOver) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended by itself.
    }
  }

  #step(index: number): void {
    clearTimeout(this.#escalation);
    if (this.#isOver) return;
    const step = this.#steps[index];
    if (step === undefined) {
      this.signal("SIGKILL");
      return;
    }
    const from = performance.now();
    const next = (): void => {
      const silent = performance.now() - Math.max(from, this.#lastOutput);
      if (silent < step.patience) this.#escalation = setTimeout(next, step.patience - silent);
      else this.#step(index + 1);
    };
    this.signal(step.signal);
    this.#escalation = setTimeout(next, step.patience);
  }
}

/** A descriptor of a file that holds `content` and has no name any more: nothing is left of it, however we end. */
function openNameless(content: string): number {
  const directory = mkdtempSync(join(tmpdir(), "trace-"));
  try {
    const path = join(directory, "input");
    writeFileSync(path, content, { mode: 0o600 });
    return openSync(path, "r");
  } finally {
    rmSync(directory, { recursive: true });
  }
}
