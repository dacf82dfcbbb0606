/** Running the built `trace` command and the fixtures, as a user would. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { on, once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The built command. */
export const traceCommand: string = fileURLToPath(new URL("../apps/cli/bin/trace.js", import.meta.url));

/** What a process printed, and how it ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status, or the signal's name. */
  readonly status: number | NodeJS.Signals;
}

/** A process of which a test reads the output while it runs. */
export class Watched {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";
  readonly #lines: Interface;

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(command, args, { env: { ...process.env, ...environment } });
    this.child.stdin.on("error", () => undefined);
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#lines = createInterface(this.child.stdout);
    this.ended = once(this.child, "close").then(([code, signal]: unknown[]) => ({
      stdout: this.stdout,
      stderr: this.stderr,
      status: (code ?? signal) as number | NodeJS.Signals,
    }));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("the process did not start");
    return this.child.pid;
  }

  /** Resolves when `stream` has had text that matches; rejects with all output when the process ends first. */
  async until(pattern: RegExp, stream: "stdout" | "stderr" = "stdout"): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    while (!pattern.test(this[stream])) {
      if (over) throw new Error(`ended without ${String(pattern)}:\n${this.stdout}\n${this.stderr}`);
      await Promise.race([once(this.child[stream], "data"), this.ended]);
    }
  }

  /** Writes a line to standard input and waits until the fixture says that it is done with it. */
  async command(line: string): Promise<void> {
    const done = `done ${line.split(" ")[0] ?? ""}`;
    const answers = on(this.#lines, "line", { close: ["close"] });
    this.child.stdin.write(`${line}\n`);
    for await (const [answer] of answers) if (answer === done) return;
    throw new Error(`ended without '${done}':\n${this.stdout}\n${this.stderr}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** Starts `trace` and waits until its probes are attached. */
export async function startTrace(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const watched = new Watched(process.execPath, [traceCommand, ...args], environment);
  await watched.until(/attached with/, "stderr");
  return watched;
}

/** Runs `trace` to its end. */
export function runTrace(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Watched(process.execPath, [traceCommand, ...args], environment).ended;
}

/** Starts a Node fixture of this folder that reads commands from standard input, and waits until it is ready. */
export async function startFixture(
  name: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const file = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
  const watched = new Watched(process.execPath, [file, ...args], environment);
  await watched.until(/^ready \d+$/m);
  return watched;
}
