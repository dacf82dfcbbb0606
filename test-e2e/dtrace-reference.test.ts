/**
 * Scripts that DTrace 2.0.7 has run, run here: the same output and status, byte for byte. `golden/dtrace` holds scripts of
 * our own with what DTrace printed for them (the CPU set to 0); ../shared/reference/dtrace, where it is, many more.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hasErrors } from "@trace/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runInEngine, type ScriptResult, type Surroundings } from "./run-in-engine.ts";

const golden = new URL("golden/dtrace/", import.meta.url);
const reference = new URL("../../shared/reference/dtrace/", import.meta.url);

function namesIn(folder: URL, extension: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(extension))
        .map((file) => file.slice(0, -extension.length))
    : [];
}

function read(folder: URL, name: string, kind: string): string {
  return readFileSync(new URL(`${name}.${kind}`, folder), "utf8");
}

beforeAll(() => {
  vi.stubEnv("TZ", "UTC");
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe("scripts of golden/dtrace", () => {
  it.each(namesIn(golden, ".d"))("%s", async (name) => {
    const { diagnostics, output, status } = await runInEngine(`${name}.d`, read(golden, name, "d"));
    // What a script does wrong on purpose its ERROR clause tells.
    expect(diagnostics.filter(({ code }) => !code.startsWith("RUNTIME_"))).toEqual([]);
    expect(output).toBe(read(golden, name, "out"));
    expect(status).toBe(0);
  });
});

/** How a script of the reference was run, where not with `-q` alone, or what it saw of its machine. */
const surroundings: Readonly<Record<string, Surroundings>> = {
  agg_default: { options: {}, cpu: 1 },
  agg_multi_exit: { options: {} },
  agg_pid_exec: { pid: 28862 },
  default_action: { options: {} },
  printf_time: { wallTime: BigInt(Date.UTC(2026, 10, 21, 8, 50, 35)) * 1_000_000n },
  sortkey: { options: { quiet: true, aggsortkey: true } },
  sortkeyrev: { options: { quiet: true, aggsortkey: true, aggsortrev: true } },
  sortrev: { options: { quiet: true, aggsortrev: true } },
  trace: { options: {} },
  tracemem: { options: {} },
};

/** Scripts that use what may not be there yet: refused with a message until it is, and then like DTrace. */
const laterScripts: ReadonlySet<string> = new Set([
  "curthread",
  "curthread2",
  "printa_k",
  "strfuncs4",
  "system",
  "system_w",
]);

/** What scripts print here, where DTrace does otherwise, and why. */
const differences: Readonly<Record<string, { readonly why: string; readonly output: string }>> = {
  assoc: { why: "an unset string is empty, not a null pointer", output: "11 20 0\n[str] []\n\n" },
  clearq: {
    why: "timers fire on time, also while a CPU idles, so the clear comes before the exit",
    output: [
      "",
      `  z${" ".repeat(49)}`,
      "           value  ------------- Distribution ------------- count    ",
      "              -1 |                                         0        ",
      "               0 |                                         0        ",
      "               1 |                                         0        ",
      "",
      "",
    ].join("\n"),
  },
  err_errprobe: {
    why: "arg3 is a place in DTrace's own code",
    output: "ERROR fired arg1=1 arg2=0 arg3=0 arg4=1 arg5=0\n\n",
  },
  inet: { why: "there is inet_ntop", output: "0.0.0.0\n\n" },
  tracemem: {
    why: "DTrace does not see what the program has just written",
    output: [
      "CPU     ID                    FUNCTION:NAME",
      "  0      1                           :BEGIN ",
      "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef",
      "         0: 44 43 42 41 00 00 00 00 00 00 00 00 00 00 00 00  DCBA............",
      "        10: 00 00 00 00                                      ....",
      "",
      "",
      "",
    ].join("\n"),
  },
  ifelse: { why: "there are if and else", output: "yes\n\n" },
  macros: {
    why: "another process runs it",
    output: `${process.pid} ${process.ppid} ${process.getuid?.()} ${process.geteuid?.()} 0\n\n`,
  },
  json: { why: "there is json", output: "1\n\n" },
  strfuncs2: { why: "there is toupper", output: "a\nABC\n\n" },
  strtoll: { why: "there is strtoll", output: "123\n\n" },
  tolower: { why: "there is tolower", output: "abc\n\n" },
  trunc_all: {
    why: "trunc sees what was there when it ran",
    output: "\n  z                                                                 5\n",
  },
};

const names = namesIn(reference, ".rc");

describe.skipIf(names.length === 0)("scripts of ../shared/reference/dtrace", () => {
  const run = (name: string): Promise<ScriptResult> =>
    runInEngine(`${name}.d`, read(reference, name, "d"), { options: { quiet: true }, ...surroundings[name] });
  const special = (name: string): boolean => laterScripts.has(name) || Object.hasOwn(differences, name);
  const isRefused = (name: string): boolean =>
    read(reference, name, "err").includes("failed to compile script");
  const plain = names.filter((name) => !special(name));

  it.each(plain.filter((name) => !isRefused(name)))("%s", async (name) => {
    const { output, status } = await run(name);
    expect(output).toBe(read(reference, name, "out"));
    expect(status).toBe(Number(read(reference, name, "rc")));
  });

  it.each(plain.filter(isRefused))("%s is refused", async (name) => {
    expect(hasErrors((await run(name)).diagnostics)).toBe(true);
  });

  it.each(Object.entries(differences))("%s differs: $why", async (name, { output }) => {
    expect((await run(name)).output).toBe(output);
  });

  it.each([...laterScripts])("%s is refused, or runs as there", async (name) => {
    const { diagnostics, output } = await run(name);
    expect(hasErrors(diagnostics) || output === read(reference, name, "out")).toBe(true);
  });
});
