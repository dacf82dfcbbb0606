/** What a user waits for: the command itself, and the time until probes are attached. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Bench } from "./bench.ts";

const require = createRequire(import.meta.url);
const trace = join(dirname(require.resolve("@trace/cli/package.json")), "bin/trace.js");
const PYTHON = "/usr/bin/python3.11";
const ROUNDS = 15;

/** Runs a command to its end, `iterations` times. */
function toTheEnd(command: string, ...args: string[]): (iterations: number) => void {
  return (iterations) => {
    for (let i = 0; i < iterations; i++) spawnSync(command, args, { stdio: "ignore" });
  };
}

/** Starts a tracer, waits for the word by which it says that its probes are attached, and ends it. */
function untilAttached(ready: RegExp, command: string, ...args: string[]) {
  return async (iterations: number): Promise<void> => {
    for (let i = 0; i < iterations; i++) {
      const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
      await said(child, ready);
      child.kill("SIGKILL");
      await once(child, "close");
    }
  };
}

function said(child: ChildProcess, ready: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      if (ready.test(output)) resolve();
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", () => reject(new Error(`ended before it was ready: ${output}`)));
  });
}

function succeeds(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

export async function run(bench: Bench): Promise<void> {
  await bench.compare({
    title: "trace --version",
    baseline: { name: "node -e 0", run: toTheEnd(process.execPath, "-e", "0") },
    subject: { name: "trace --version", run: toTheEnd(process.execPath, trace, "--version") },
    iterations: 1,
    rounds: ROUNDS,
    aim: { ratio: 1.5 },
  });

  const attaches = process.getuid?.() === 0 && succeeds("bpftrace") && succeeds(PYTHON);
  if (!attaches) {
    bench.note(`until probes of Python are attached: left out, it needs root, bpftrace and ${PYTHON}`);
    return;
  }
  const target = spawn(PYTHON, ["-c", "import time; time.sleep(600)"], { stdio: "ignore" });
  try {
    const pid = String(target.pid);
    await bench.compare({
      title: "until probes of Python are attached",
      baseline: {
        name: "bpftrace",
        run: untilAttached(
          // bpftrace says attached_probes before it attaches; BEGIN runs when that is done.
          /"type": "printf"/,
          "bpftrace",
          "-f",
          "json",
          "-p",
          pid,
          "-e",
          `BEGIN { printf("ready"); } usdt:${PYTHON}:python:gc__start { @ = count(); }`,
        ),
      },
      subject: {
        name: "trace run -b bpftrace",
        run: untilAttached(
          /attached with/,
          process.execPath,
          trace,
          "run",
          "-b",
          "bpftrace",
          "-p",
          pid,
          "-n",
          "python*:::gc-start { @ = count(); }",
        ),
      },
      iterations: 1,
      rounds: ROUNDS,
      aim: { nanoseconds: 100e6 },
    });
  } finally {
    target.kill("SIGKILL");
    await once(target, "exit");
  }
}
