import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describeWith } from "@trace/test-requirements";
import { build } from "tsup";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { VirtualScreen } from "../virtual-screen.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What the driver is asked to do; see run-in-pty.py. */
type Step =
  | { until: string }
  | { type: string }
  | { resize: [columns: number, rows: number] }
  | { signal: string };

interface Ended {
  readonly output: string;
  readonly status: number;
  readonly restored: boolean;
}

let built = "";

async function runInPty(way: string, steps: readonly Step[]): Promise<Ended> {
  const plan = {
    command: [process.execPath, join(built, "live-program.js"), way],
    columns: 60,
    rows: 10,
    steps,
  };
  const { stdout } = await promisify(execFile)("/usr/bin/python3.11", [
    here("run-in-pty.py"),
    JSON.stringify(plan),
  ]);
  return JSON.parse(stdout) as Ended;
}

/** What a terminal shows of `output`, all lines. */
function shown(output: string, columns = 60): readonly string[] {
  const screen = new VirtualScreen(columns, 10);
  screen.write(output.replaceAll("\r\n", "\n"));
  return screen.lines;
}

describeWith(["linux", "python3.11"], "on a pseudo terminal", () => {
  vi.setConfig({ testTimeout: 30_000 });

  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), "trace-live-"));
    await build({
      config: false,
      entry: [here("live-program.ts")],
      format: "esm",
      outDir: built,
      noExternal: [/.*/],
      silent: true,
      esbuildOptions: (options) => {
        options.conditions = ["@trace/source"];
        options.outExtension = { ".js": ".js" };
        options.banner = {
          js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
        };
      },
    });
  }, 60_000);

  afterAll(async () => {
    await rm(built, { recursive: true, force: true });
  });

  it("redraws in place; Ctrl-C as a key ends the run in good order", async () => {
    const { output, status, restored } = await runInPty("run", [
      { until: "line 5" },
      { type: "s" },
      { until: "sort: rate" },
      { type: "\u0003" },
    ]);
    const lines = shown(output);
    const count = lines.filter((line) => line.startsWith("line ")).length;
    expect(count).toBeGreaterThanOrEqual(5);
    expect(lines).toEqual([
      ...Array.from({ length: count }, (_, at) => `line ${at + 1}`),
      "",
      ` ${String(count).padStart(16)}`,
      "",
    ]);
    expect([status, restored]).toEqual([0, true]);
  });

  it("follows the size of the terminal", async () => {
    const { output } = await runInPty("run", [
      { until: "p pause" },
      { resize: [30, 6] },
      { until: "p p\u2026" },
      { type: "q" },
    ]);
    expect(shown(output).filter((line) => line.includes("sort"))).toEqual([]);
  });

  it.each([
    { way: "exit", steps: [], status: 7 },
    { way: "throw", steps: [], status: 1 },
    { way: "uncaught", steps: [], status: 1 },
    { way: "run", steps: [{ until: "line 3" }, { signal: "SIGTERM" }], status: -15 },
    { way: "run", steps: [{ until: "line 3" }, { signal: "SIGINT" }], status: 0 },
  ] as const)("restores the terminal: $way $steps", async ({ way, steps, status }) => {
    const ended = await runInPty(way, [{ until: "p pause" }, ...steps]);
    expect(ended.restored).toBe(true);
    expect(ended.status).toBe(status);
  });
});
