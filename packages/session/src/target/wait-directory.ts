/**
 * How a run-time provider waits for its tracer, so that no early event is lost under `-c`.
 *
 * The command gets the environment variable TRACE_WAIT with a directory of this session. A provider that is created
 * writes `PID.ready` there and holds its thread until `PID.go` appears, the directory is gone, the tracer (whose pid is
 * in the file `tracer`) is dead, or 15 seconds have passed: it never waits for one that will not come.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MILLISECONDS = 5;

/** The directory that announcing providers write to. */
export class WaitDirectory {
  readonly path: string;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), "trace-wait-"));
    writeFileSync(join(this.path, "tracer"), String(process.pid));
  }

  /**
   * The pid of the next process that announced a provider and holds still, or undefined when `deadline` (ms, as of
   * `performance.now`) passes or `ended()` says that nobody will come.
   */
  async nextAnnouncement(deadline: number, ended: () => boolean): Promise<number | undefined> {
    for (;;) {
      const ready = existsSync(this.path)
        ? readdirSync(this.path).find((name) => /^\d+\.ready$/.test(name))
        : undefined;
      if (ready !== undefined) return Number.parseInt(ready, 10);
      if (ended() || performance.now() > deadline) return undefined;
      await delay(POLL_MILLISECONDS);
    }
  }

  /** Lets one waiting process go on; its next provider will wait again. */
  letGo(pid: number): void {
    unlinkSync(join(this.path, `${pid}.ready`));
    writeFileSync(join(this.path, `${pid}.go`), "");
  }

  /** Lets all go on, now and later. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
