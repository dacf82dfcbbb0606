// The tracers that the tests run, from Debian. For CI: as root. By hand:
//   eval "$(node tooling/setup/tracers.mjs)"
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages, isInstalled, unpackFromSuite } from "./debian-package.mjs";
import { prepareDtrace } from "./dtrace.mjs";
import { describeFailure, run, runMain, step } from "./step.mjs";

/** bpftrace (the 0.17 of Debian 12), perf, sys/sdt.h for C programs with probes, and a Python with probes. */
const packages = ["bpftrace", "linux-perf", "systemtap-sdt-dev", "python3.11"];

/** Later versions of bpftrace, whose output differs, by the suite that has them. */
const laterBpftraces = [
  { version: "0.23", suite: "trixie" },
  { version: "0.27", suite: "forky" },
];

/** DTrace is in no stable Debian yet. */
const dtrace = { version: "2.0", suite: "forky" };

/** Shared by all clones on a machine: unpacked programs do not depend on the clone. */
const cacheDir = "/var/cache/trace-ci";

/**
 * Gets every tracer it can; one that it cannot get is reported and left out, and the tests that need
 * it then say so.
 * @returns {Promise<Record<string, string>>} environment for the tests: TRACE_BPFTRACE_0_23 and the
 *   like, each the path of a program; TRACE_DTRACE_LIBRARY is a folder
 */
export async function provideTracers() {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    console.error("  tracers are taken as they are: installing them needs root on Debian");
    return {};
  }
  /** @param {() => Promise<unknown>} work */
  const attempt = async (work) => {
    try {
      await work();
    } catch (error) {
      console.error(describeFailure(error));
    }
  };
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    await attempt(() => step(`install ${missing.join(", ")}`, () => installPackages(missing)));
  }
  if (!existsSync("/sys/kernel/tracing/uprobe_events")) {
    await attempt(() => run("mount", ["-t", "tracefs", "nodev", "/sys/kernel/tracing"]));
  }
  if (!existsSync("/sys/kernel/debug/tracing")) {
    await attempt(() => run("mount", ["-t", "debugfs", "nodev", "/sys/kernel/debug"]));
  }
  /** @type {Record<string, string>} */
  const env = {};
  for (const { version, suite } of laterBpftraces) {
    const into = join(cacheDir, `bpftrace-${version}`);
    await attempt(async () => {
      const wrapper = await step(`provide bpftrace ${version}`, () =>
        unpackFromSuite({ suite, name: "bpftrace", program: "usr/bin/bpftrace", into }),
      );
      const found = await run(wrapper, ["--version"]);
      if (!found.includes(`v${version}.`))
        throw new Error(`${suite} has no bpftrace ${version}, but ${found.trim()}`);
      env[`TRACE_BPFTRACE_${version.replace(".", "_")}`] = wrapper;
    });
  }
  await attempt(async () => {
    const { version, suite } = dtrace;
    const into = join(cacheDir, `dtrace-${version}`);
    const found = await step(`provide DTrace ${version}`, async () => {
      await unpackFromSuite({ suite, name: "dtrace", program: "usr/sbin/dtrace", into });
      return prepareDtrace(into);
    });
    const said = await run(found.program, ["-V"]);
    if (!said.includes(` ${version}.`))
      throw new Error(`${suite} has no DTrace ${version}, but ${said.trim()}`);
    env.TRACE_DTRACE = found.program;
    env.TRACE_DTRACE_LIBRARY = found.library;
  });
  return env;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const env = await provideTracers();
    for (const [name, value] of Object.entries(env)) console.log(`export ${name}='${value}'`);
  });
}
