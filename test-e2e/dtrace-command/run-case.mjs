/** Running a command line of dtrace as its own tests do, and leaving out what differs from run to run. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What `command` did with `one`, in a directory of its own. */
export async function runCase([program, ...first], one) {
  const directory = mkdtempSync(join(tmpdir(), "trace-dtrace-"));
  try {
    if (one.text !== undefined) writeFileSync(join(directory, "script.d"), one.text);
    const child = spawn(program, [...first, ...one.args], {
      cwd: directory,
      env: { ...process.env, _DTRACE_TESTING: "1", LC_ALL: "C", TRACE_BACKEND: "embedded" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("latin1").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("latin1").on("data", (text) => (stderr += text));
    const over = new AbortController();
    void delay(10_000, undefined, { signal: over.signal }).then(
      () => child.kill("SIGKILL"),
      () => undefined,
    );
    const status = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? signal));
    });
    over.abort();
    return { stdout, stderr: masked(stderr), status };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** There is no BPF program here whose counter could be compared. */
function masked(stderr) {
  return stderr.replaceAll(/BPF pc \d+/g, "BPF pc N");
}
