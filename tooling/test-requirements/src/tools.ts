import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

/** The name of something a test may need of its machine. */
export type Tool =
  | "linux"
  | "root"
  /** bpftrace on PATH, with root and tracefs. */
  | "bpftrace"
  /** The program that TRACE_BPFTRACE_0_23 names, with root and tracefs. */
  | "bpftrace 0.23"
  /** The program that TRACE_BPFTRACE_0_27 names, with root and tracefs. */
  | "bpftrace 0.27"
  /** The DTrace that TRACE_DTRACE names, or the one on PATH, with root and debugfs. */
  | "dtrace"
  /** perf on PATH, with root and tracefs. */
  | "perf"
  | "cc"
  | "readelf"
  /** The header that puts USDT probes into C programs, and a C compiler. */
  | "sys/sdt.h"
  /** The add-on of @trace/provider-stapsdt, built for this machine. */
  | "native add-on"
  /** Debian's Python, which has USDT probes. */
  | "python3.11";

const checks: Readonly<Record<Tool, () => string | undefined>> = {
  linux: () => unless(process.platform === "linux", `needs Linux, this is ${process.platform}`),
  root,
  bpftrace: () => root() ?? tracefs() ?? onPath("bpftrace", "apt-get install bpftrace"),
  "bpftrace 0.23": () => root() ?? tracefs() ?? fromEnvironment("TRACE_BPFTRACE_0_23"),
  "bpftrace 0.27": () => root() ?? tracefs() ?? fromEnvironment("TRACE_BPFTRACE_0_27"),
  dtrace: () => root() ?? debugfs() ?? dtrace(),
  perf: () => root() ?? tracefs() ?? onPath("perf", "apt-get install linux-perf"),
  cc: compiler,
  readelf: () => onPath("readelf", "apt-get install binutils"),
  "sys/sdt.h": () => compiler() ?? includes("sys/sdt.h", "apt-get install systemtap-sdt-dev"),
  "native add-on": () =>
    unless(addonIsBuilt(), "the native add-on is not built: node tooling/setup/setup.mjs"),
  "python3.11": () => exists("/usr/bin/python3.11", "apt-get install python3.11"),
};

/** Why `tool` cannot be used here, with what to do about it; undefined where it can. */
export function missing(tool: Tool): string | undefined {
  return checks[tool]();
}

function unless(met: boolean, reason: string): string | undefined {
  return met ? undefined : reason;
}

function root(): string | undefined {
  return unless(process.getuid?.() === 0, "needs root");
}

function tracefs(): string | undefined {
  return exists("/sys/kernel/tracing/uprobe_events", "mount -t tracefs nodev /sys/kernel/tracing");
}

function debugfs(): string | undefined {
  return exists("/sys/kernel/debug/tracing", "mount -t debugfs nodev /sys/kernel/debug");
}

/** SystemTap has a program of that name, too. */
function dtrace(): string | undefined {
  const { stdout } = spawnSync(process.env["TRACE_DTRACE"] ?? "dtrace", ["-V"], { encoding: "utf8" });
  return unless(
    /\bD 2\.\d/.test(stdout ?? ""),
    `TRACE_DTRACE names no DTrace 2: eval "$(node tooling/setup/tracers.mjs)" as root provides it`,
  );
}

function compiler(): string | undefined {
  return onPath("cc", "apt-get install gcc");
}

function exists(path: string, remedy: string): string | undefined {
  return unless(existsSync(path), `${path} is not here: ${remedy}`);
}

function onPath(program: string, remedy: string): string | undefined {
  return unless(
    spawnSync(program, ["--version"]).error === undefined,
    `${program} is not on PATH: ${remedy}`,
  );
}

function includes(header: string, remedy: string): string | undefined {
  const { status } = spawnSync("cc", ["-E", "-x", "c", "-"], { input: `#include <${header}>\n` });
  return unless(status === 0, `${header} is not here: ${remedy}`);
}

function fromEnvironment(variable: string): string | undefined {
  const program = process.env[variable];
  return unless(
    program !== undefined && existsSync(program),
    `${variable} names no program: eval "$(node tooling/setup/tracers.mjs)" as root provides it`,
  );
}

function addonIsBuilt(): boolean {
  const folder = new URL("../../../packages/provider-stapsdt/addon/build/Release/", import.meta.url);
  return existsSync(folder) && readdirSync(folder).some((file) => file.endsWith(".node"));
}
