/** Finding out whether bpftrace can be used here. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Detection } from "@trace/core";
import { oldestVersion, parseVersion, versionAtLeast } from "./dialect.ts";

/** Milliseconds that `bpftrace --version` may take: a cold start from a slow disk. */
const patience = 10_000;

/** What is asked of the machine; never throws. */
export async function detectBpftrace(command: readonly [string, ...string[]]): Promise<Detection> {
  if (process.platform !== "linux")
    return { usable: false, summary: "bpftrace is for Linux", hint: "use the embedded backend" };
  const answer = await askVersion(command);
  if ("problem" in answer) return { usable: false, summary: answer.problem, hint: installHint() };
  const { version } = answer;
  if (!versionAtLeast(version, oldestVersion))
    return {
      usable: false,
      version,
      summary: `bpftrace ${version} is too old: ${oldestVersion} is the oldest supported`,
      hint: installHint(),
    };
  if (!mayTrace())
    return {
      usable: false,
      version,
      summary: `bpftrace ${version} needs root`,
      hint: "run trace as root: sudo trace ...",
    };
  const missing = missingKernelFeature();
  if (missing !== undefined) return { usable: false, version, ...missing };
  return { usable: true, version, summary: `bpftrace ${version}, as root` };
}

type Answer = { readonly version: string } | { readonly problem: string };

function askVersion([program, ...first]: readonly [string, ...string[]]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...first, "--version"],
      { timeout: patience, killSignal: "SIGKILL" },
      (error, stdout, stderr) => {
        const version = parseVersion(/\bv?(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? "");
        if (version !== undefined && /bpftrace/i.test(stdout)) resolve({ version: version.join(".") });
        else if (error?.code === "ENOENT") resolve({ problem: `${program} is not installed` });
        else if (error?.killed === true) resolve({ problem: `${program} --version did not answer` });
        else {
          const said = stderr.trim().split("\n")[0] ?? "";
          resolve({ problem: `${program} --version gave no version${said === "" ? "" : `: ${said}`}` });
        }
      },
    );
  });
}

/** How this system's package manager is asked, by os-release(5). */
export function installHint(release: string = readRelease()): string {
  const names = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) =>
    (match[1] ?? "").split(" "),
  );
  if (names.some((name) => name === "debian" || name === "ubuntu"))
    return "install it: apt-get install bpftrace";
  if (names.some((name) => name === "fedora" || name === "rhel")) return "install it: dnf install bpftrace";
  if (names.includes("alpine")) return "install it: apk add bpftrace";
  if (names.includes("arch")) return "install it: pacman -S bpftrace";
  if (names.some((name) => name.includes("suse"))) return "install it: zypper install bpftrace";
  return "install the package bpftrace of your distribution";
}

function readRelease(): string {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}

/**
 * bpftrace insists on user id 0; inside a user namespace that has no power over the kernel. CAP_SYS_ADMIN, or CAP_BPF with
 * CAP_PERFMON, are what the kernel asks for (capabilities(7)).
 */
function mayTrace(): boolean {
  if (process.geteuid?.() !== 0) return false;
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
    const has = (bit: bigint): boolean => ((effective >> bit) & 1n) === 1n;
    const [admin, perfmon, bpf] = [21n, 38n, 39n];
    return has(admin) || (has(perfmon) && has(bpf));
  } catch {
    return true;
  }
}

function missingKernelFeature(): { readonly summary: string; readonly hint: string } | undefined {
  if (!existsSync("/sys/bus/event_source/devices/uprobe"))
    return {
      summary: "the kernel has no uprobes (CONFIG_UPROBE_EVENTS)",
      hint: "use a kernel that has them, or the embedded backend",
    };
  if (!existsSync("/sys/kernel/btf/vmlinux"))
    return {
      summary: "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)",
      hint: "use a kernel that has it, or the embedded backend",
    };
  return undefined;
}
