/** `trace run -c`: a command is started and traced, and no early event is missed. */
import { describeWith } from "@trace/test-requirements";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runTrace } from "./trace-command.ts";

const target = fileURLToPath(new URL("fixtures/node-target.mjs", import.meta.url));
const COUNT = "fixture*:::counted { @ = count(); @sum = sum(arg0); }";
const COUNT_250 = "\n              250\n            31125\n";

function outputOfTrace(stdout: string): string {
  return stdout
    .split("\n")
    .filter((line) => !line.startsWith("ready "))
    .join("\n");
}

describe("embedded", () => {
  test("events right after the provider is made are counted, and the run ends with the command", async () => {
    const { stdout, stderr, status } = await runTrace([
      "run",
      "-b",
      "embedded",
      "-n",
      COUNT,
      "-c",
      `node ${target} counted 250`,
    ]);
    expect(outputOfTrace(stdout)).toBe(COUNT_250);
    expect(stderr).toBe("trace: 1 probe attached with embedded; Ctrl-C ends tracing\n");
    expect(status).toBe(0);
  });

  test("a command that ends with process.exit keeps its numbers, and its status is told", async () => {
    const { stdout, stderr } = await runTrace([
      "run",
      "-b",
      "embedded",
      "-n",
      COUNT,
      "-c",
      `node ${target} counted 250 exit 3`,
    ]);
    expect(outputOfTrace(stdout)).toBe(COUNT_250);
    expect(stderr).toContain("trace: the command ended with status 3");
  });

  test("a command whose program has errors is never started", async () => {
    const { stdout, status } = await runTrace([
      "run",
      "-n",
      "fixture*:::counted { x = ; }",
      "-c",
      `node ${target} counted 1`,
    ]);
    expect(stdout).toBe("");
    expect(status).toBe(64);
  });
});

describeWith(["bpftrace", "native add-on"], "bpftrace", () => {
  test("events right after the provider is made are counted", async () => {
    const { stdout, stderr, status } = await runTrace([
      "run",
      "-b",
      "bpftrace",
      "-n",
      COUNT,
      "-c",
      `node ${target} counted 250`,
    ]);
    expect(stderr).toBe("trace: 1 probe attached with bpftrace; Ctrl-C ends tracing\n");
    expect(outputOfTrace(stdout)).toBe(COUNT_250);
    expect(status).toBe(0);
  });
});
