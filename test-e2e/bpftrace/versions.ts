/** The versions of bpftrace that tests run. */
import type { Tool } from "@trace/test-requirements";

export interface TestedVersion {
  readonly title: string;
  readonly tools: readonly Tool[];
  readonly command: readonly [string];
}

/** Debian 12's, and later ones where they are provided. */
export const versions: readonly TestedVersion[] = [
  { title: "bpftrace 0.17", tools: ["bpftrace", "sys/sdt.h"], command: ["bpftrace"] },
  {
    title: "bpftrace 0.23",
    tools: ["bpftrace 0.23", "sys/sdt.h"],
    command: [process.env["TRACE_BPFTRACE_0_23"] ?? "bpftrace-0.23"],
  },
  {
    title: "bpftrace 0.27",
    tools: ["bpftrace 0.27", "sys/sdt.h"],
    command: [process.env["TRACE_BPFTRACE_0_27"] ?? "bpftrace-0.27"],
  },
];
