/** Finding out whether DTrace can be used here. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import type { Detection } from "@trace/core";

/** Milliseconds that `dtrace -V` may take: a cold start from a slow disk. */
const patience = 10_000;

/** Where DTrace defines its probes; it does not look at /sys/kernel/tracing. */
const traceDirectory = "/sys/kernel/debug/tracing";

const installHint =
  "install DTrace 2 (the package dtrace of Debian 14, Fedora, Oracle Linux), or use another backend";

/** What is asked of the machine; never throws. */
export async function detectDtrace(command: readonly [string, ...string[]]): Promise<Detection> {
  const answer = await askVersion(command);
  if ("problem" in answer) return { usable: false, summary: answer.problem, hint: installHint };
  const { version } = answer;
  if (process.platform !== "linux" || Number.parseInt(version, 10) < 2)
    return {
      usable: false,
      version,
      summary: `DTrace ${version} of ${process.platform} is not supported yet`,
      hint: "use the embedded backend",
    };
  if (process.geteuid?.() !== 0)
    return {
      usable: false,
      version,
      summary: `DTrace ${version} needs root`,
      hint: "run trace as root: sudo trace ...",
    };
  if (!existsSync(traceDirectory))
    return {
      usable: false,
      version,
      summary: `DTrace ${version} needs ${traceDirectory}`,
      hint: "mount -t debugfs nodev /sys/kernel/debug",
    };
  return { usable: true, version, summary: `DTrace ${version}, as root` };
}

type Answer = { readonly version: string } | { readonly problem: string };

function askVersion([program, ...first]: readonly [string, ...string[]]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...first, "-V"],
      { timeout: patience, killSignal: "SIGKILL" },
      (error, stdout, stderr) => {
        // `dtrace: D 2.0.7`; elsewhere `dtrace: Sun D 1.13`.
        const version = /\bD (\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
        if (version !== undefined) resolve({ version });
        else if (error?.code === "ENOENT") resolve({ problem: `${program} is not installed` });
        else if (error?.killed === true) resolve({ problem: `${program} -V did not answer` });
        else {
          const said = stderr.trim().split("\n")[0] ?? "";
          // SystemTap installs a program of this name, which makes headers for probes.
          resolve({ problem: `${program} is not DTrace${said === "" ? "" : `: ${said}`}` });
        }
      },
    );
  });
}
