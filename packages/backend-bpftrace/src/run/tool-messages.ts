/** The messages that bpftrace writes for people, as diagnostics. */
import type { Diagnostic, Span } from "@trace/core";

/** Most characters kept: an error of LLVM can be long. */
const mostText = 64 * 1024;

/** Warnings that say nothing about the program: about this machine's limits, or about how the script is written. */
const harmless: readonly RegExp[] = [
  /couldn't set RLIMIT_MEMLOCK/,
  /Could not read functions from/,
  /Unnecessary cast/,
  /Addrspace (?:is not set|mismatch)/,
  /Return value discarded/,
  /Unreachable statement/,
  /can lead to undefined behavior/,
  /is deprecated/,
];

const stackLimit = /BPF stack limit|stack (?:size|limit) .*exceeded|combined stack size/i;

/** Collects what comes, and says what it means when asked. */
export class ToolMessages {
  #text = "";

  add(chunk: string): void {
    if (this.#text.length < mostText) this.#text += chunk;
  }

  /** Did the script need more than the BPF stack of 512 bytes? */
  get exceededStack(): boolean {
    return stackLimit.test(this.#text);
  }

  /** `spans` are those of the script's lines, from 0. */
  diagnostics(spans: readonly (Span | undefined)[]): readonly Diagnostic[] {
    return this.#text.split("\n").flatMap((line) => {
      if (harmless.some((pattern) => pattern.test(line))) return [];
      const match = /^(?:\S*?:(\d+)(?::[\d-]+)?:\s*)?(ERROR|WARNING|error|warning|HINT):\s*(.*)$/.exec(line);
      const [, at, kind, message] = match ?? [];
      if (kind === undefined || message === undefined || message === "" || kind === "HINT") return [];
      const span = at === undefined ? undefined : spans[Number(at) - 1];
      return [
        {
          code: kind.toLowerCase() === "error" ? "BPFTRACE_ERROR" : "BPFTRACE_WARNING",
          severity: kind.toLowerCase() === "error" ? "error" : "warning",
          message: `bpftrace: ${message.slice(0, 500)}`,
          ...(span === undefined ? {} : { span }),
          ...hintFor(message),
        },
      ];
    });
  }
}

function hintFor(message: string): { hint?: string } {
  if (stackLimit.test(message))
    return { hint: "use fewer or shorter strings in one clause (strsize), or bpftrace 0.22 or later" };
  if (/Operation not permitted|must be run as root|only supports running as the root/i.test(message))
    return { hint: "run as root" };
  if (/No such file|does not exist/.test(message)) return { hint: "the traced file is gone" };
  return {};
}
