/** The C program with probes, compiled, and running. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Watched } from "../trace-command.ts";

const source = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** The compiled program, in a directory of its own. */
export class CFixture {
  readonly directory: string = mkdtempSync(join(tmpdir(), "trace-c-fixture-"));
  readonly path: string;

  /** `name`: what the program's file is called. */
  constructor(name = "fixture") {
    this.path = join(this.directory, name);
    execFileSync("cc", ["-O1", "-o", this.path, source("probes.c"), source("plain-probes.c")]);
  }

  /** Starts it; it waits for {@link fire}. */
  start(count = 100): RunningFixture {
    return new RunningFixture(new Watched(this.path, ["wait", String(count)]));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** The program, waiting to fire its probes. */
export class RunningFixture {
  readonly process: Watched;

  constructor(watched: Watched) {
    this.process = watched;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Fires all probes; resolves when the program is done. */
  async fire(): Promise<void> {
    this.process.child.stdin.write("\n");
    await this.process.until(/^done$/m);
  }

  /** How many tracers watch, by the program's semaphores; only after {@link fire}. */
  async semaphores(): Promise<number> {
    const before = this.process.stdout.length;
    this.process.child.stdin.write("\n");
    while (!this.process.stdout.slice(before).includes("\n"))
      await new Promise((resolve) => this.process.child.stdout.once("data", resolve));
    return Number(this.process.stdout.slice(before));
  }

  async end(): Promise<void> {
    this.process.child.stdin.end();
    await this.process.ended;
  }
}
