/** A running bpftrace: its output, and ending it. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { ToolMessages } from "./tool-messages.ts";

/** How it ended: by itself or a signal, or it could not be started. */
export type Ending =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly error: NodeJS.ErrnoException };

/** Milliseconds without output that each step of ending has, before the next harder one. */
const patience = { ask: 3_000, SIGINT: 15_000, SIGTERM: 3_000 } as const;

/** Milliseconds between two looks at whether it has noticed SIGINT; its own wait is 100. */
const insistence = 300;

/** Is the process in epoll_wait(2) (proc(5), wchan: `do_epoll_wait`, or `ep_poll` on older kernels)? */
function isWaitingForEvents(pid: number): boolean {
  try {
    return /ep_poll|epoll_wait/.test(readFileSync(`/proc/${pid}/wchan`, "utf8"));
  } catch {
    return false;
  }
}

/** A process of bpftrace, in a group of its own: Ctrl-C is for us, who then end it in good order. */
export class BpftraceProcess {
  readonly messages: ToolMessages = new ToolMessages();
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #escalation: NodeJS.Timeout | undefined;
  #insistence: NodeJS.Timeout | undefined;
  #lastOutput = 0;
  #isOver = false;

  /** Runs `command` with `script` as its standard input. */
  constructor(
    [program, ...args]: readonly [string, ...string[]],
    environment: Readonly<Record<string, string>>,
    script: string,
  ) {
    this.#child = spawn(program, args, {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve({ error }));
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
    });
    void this.ended.then(() => {
      this.#isOver = true;
      clearTimeout(this.#escalation);
      clearInterval(this.#insistence);
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (chunk: string) => this.messages.add(chunk));
    // It may have ended before it read all.
    this.#child.stdin?.on("error", () => undefined).end(script);
  }

  /** Its standard output, which is read only as fast as this is iterated. */
  async *output(): AsyncGenerator<Uint8Array> {
    if (this.#child.stdout === null) return;
    for await (const chunk of this.#child.stdout) {
      this.#lastOutput = performance.now();
      yield chunk as Uint8Array;
    }
  }

  /** Tells the script that no clause shall run any more; see `writeControl`. It then says when {@link interrupt} is due. */
  ask(): void {
    try {
      const pid = this.#child.pid;
      if (pid === undefined) return;
      const priority = getPriority(pid);
      setPriority(pid, priority < 19 ? priority + 1 : priority - 1);
    } catch {
      // It has ended by itself.
    }
    this.#escalate("ask");
  }

  /** Has bpftrace end: end clauses run, the aggregations are printed. What it has not read yet is lost. */
  interrupt(): void {
    this.signal("SIGINT");
    this.#insist();
    this.#escalate("SIGINT");
  }

  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#isOver) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended by itself.
    }
  }

  /**
   * bpftrace 0.17 misses a SIGINT that comes while it prints: it notices one by epoll_wait(2) being interrupted. Seen
   * waiting there at two looks, and silent between, it has missed ours. (Later one would do harm: it takes SIGINT for the
   * wish to throw away what the end clauses print, but it does not wait so long then.)
   */
  #insist(): void {
    const { pid } = this.#child;
    let waitedSince: number | undefined;
    this.#insistence ??= setInterval(() => {
      const waits = pid !== undefined && isWaitingForEvents(pid);
      if (waits && waitedSince !== undefined && waitedSince > this.#lastOutput) {
        waitedSince = undefined;
        this.signal("SIGINT");
      } else waitedSince = waits ? performance.now() : undefined;
    }, insistence);
  }

  /** When it has been silent for too long after `step`, does the next. */
  #escalate(step: keyof typeof patience): void {
    clearTimeout(this.#escalation);
    if (this.#isOver) return;
    const from = performance.now();
    const again = (): void => {
      const silent = performance.now() - Math.max(from, this.#lastOutput);
      if (silent < patience[step]) this.#escalation = setTimeout(again, patience[step] - silent);
      else if (step === "ask") this.interrupt();
      else if (step === "SIGINT") {
        this.signal("SIGTERM");
        this.#escalate("SIGTERM");
      } else this.signal("SIGKILL");
    };
    this.#escalation = setTimeout(again, patience[step]);
  }
}
