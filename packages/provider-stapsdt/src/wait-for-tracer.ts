/** Holding a process until its tracer is attached: what `trace run -c` asks for by TRACE_WAIT. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "@trace/agent";

const POLL_MILLISECONDS = 2;
const GIVE_UP_MILLISECONDS = 15_000;

/**
 * Tells the tracer that owns `directory` that there are new probes (`PID.ready`) and, if `hold`, blocks the thread
 * until it answers (`PID.go`), is gone, or 15 seconds have passed. Nothing happens where there is no such directory.
 */
export function waitForTracer(directory: string, hold: boolean): void {
  const go = join(directory, `${process.pid}.go`);
  try {
    rmSync(go, { force: true });
    writeFileSync(join(directory, `${process.pid}.ready`), "");
  } catch {
    return;
  }
  if (!hold) return;
  const tracer = readTracer(directory);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const deadline = Date.now() + GIVE_UP_MILLISECONDS;
  while (existsSync(directory) && !existsSync(go) && Date.now() < deadline) {
    if (tracer !== undefined && !isAlive(tracer)) return;
    Atomics.wait(sleeper, 0, 0, POLL_MILLISECONDS);
  }
}

function readTracer(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(directory, "tracer"), "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
