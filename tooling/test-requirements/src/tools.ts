import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const workspace = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const unless = (met: boolean, reason: string): string | undefined => (met ? undefined : reason);

const onPath = (program: string, hint: string): string | undefined =>
  unless(spawnSync(program, ["--version"]).error === undefined, `${program} is not on PATH: ${hint}`);

const fromEnvironment = (variable: string): string | undefined =>
  unless(
    executable(process.env[variable]),
    `${variable} names no program: eval "$(node tooling/setup/tracers.mjs)" as root provides it`,
  );

function executable(path: string | undefined): boolean {
  if (path === undefined) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const root = (): string | undefined => unless(process.getuid?.() === 0, "needs root");

/** What a test may need of its machine: why it is not there, or undefined where it is. */
const tools = {
  linux: () => unless(process.platform === "linux", `needs Linux, this is ${process.platform}`),
  root,
  /** Root, tracefs, and bpftrace on PATH. */
  bpftrace: () => root() ?? tracefs() ?? onPath("bpftrace", "apt-get install bpftrace"),
  /** Root, tracefs, and the program that TRACE_BPFTRACE_0_23 names. */
  "bpftrace 0.23": () => root() ?? tracefs() ?? fromEnvironment("TRACE_BPFTRACE_0_23"),
  /** Root, tracefs, and the program that TRACE_BPFTRACE_0_27 names. */
  "bpftrace 0.27": () => root() ?? tracefs() ?? fromEnvironment("TRACE_BPFTRACE_0_27"),
  perf: () => onPath("perf", "apt-get install linux-perf"),
  /** A C compiler. */
  cc: () => onPath("cc", "apt-get install gcc"),
  readelf: () => onPath("readelf", "apt-get install binutils"),
  /** The header that puts USDT probes into C programs, and a compiler. */
  "sys/sdt.h": () =>
    onPath("cc", "apt-get install gcc") ?? compiles("sys/sdt.h", "apt-get install systemtap-sdt-dev"),
  /** The add-on of @trace/provider-stapsdt, built or shipped. */
  "native add-on": () =>
    unless(
      existsSync(workspace("packages/provider-stapsdt/addon/build/Release")) &&
        readdirSync(workspace("packages/provider-stapsdt/addon/build/Release")).some((f) =>
          f.endsWith(".node"),
        ),
      "the native add-on is not built: node tooling/setup/setup.mjs",
    ),
  /** Debian's Python, which has USDT probes. */
  "python3.11": () =>
    unless(existsSync("/usr/bin/python3.11"), "/usr/bin/python3.11 is not here: apt-get install python3.11"),
} satisfies Record<string, () => string | undefined>;

function tracefs(): string | undefined {
  return unless(
    existsSync("/sys/kernel/tracing/uprobe_events"),
    "tracefs is not mounted: mount -t tracefs nodev /sys/kernel/tracing",
  );
}

function compiles(header: string, hint: string): string | undefined {
  const { status } = spawnSync("cc", ["-E", "-x", "c", "-"], { input: `#include <${header}>\n` });
  return unless(status === 0, `${header} is not here: ${hint}`);
}

/** The name of something a test may need. */
export type Tool = keyof typeof tools;

/** Why `tool` cannot be used here, with what to do about it; undefined where it can. */
export function missing(tool: Tool): string | undefined {
  return tools[tool]();
}
