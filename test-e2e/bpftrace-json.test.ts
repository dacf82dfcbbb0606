/** `-o json:bpftrace` against the lines of the real tool, for programs that do the same. */
import { execFileSync } from "node:child_process";
import { describeWith } from "@trace/test-requirements";
import { expect, test } from "vitest";
import { runTrace } from "./trace-command.ts";

const D = `BEGIN {
  printf("hi %d \\"q\\" \\n", 3); trace("s"); trace(7);
  @c = count(); @c = count();
  @k["a", 1] = sum(5); @k["b", 2] = sum(-3); @k["c", 3] = sum(1);
  @n[2] = max(4); @n[1] = max(9);
  @av = avg(4); @av = avg(9); @avk["x"] = avg(3);
  @h = quantize(5); @h = quantize(0); @h = quantize(5000);
  @l = lquantize(5, 0, 10, 2); @l = lquantize(50, 0, 10, 2); @l = lquantize(-50, 0, 10, 2);
  @lk["z"] = lquantize(3, 0, 10, 5);
}
tick-100ms { exit(0); }`;

const BPFTRACE = `BEGIN {
  printf("hi %d \\"q\\" \\n", 3); print("s"); print(7);
  @c = count(); @c = count();
  @k["a", 1] = sum(5); @k["b", 2] = sum(-3); @k["c", 3] = sum(1);
  @n[2] = max(4); @n[1] = max(9);
  @av = avg(4); @av = avg(9); @avk["x"] = avg(3);
  @h = hist(5); @h = hist(0); @h = hist(5000);
  @l = lhist(5, 0, 10, 2); @l = lhist(50, 0, 10, 2); @l = lhist(-50, 0, 10, 2);
  @lk["z"] = lhist(3, 0, 10, 5);
}
interval:ms:100 { exit(); }`;

/** Newer versions leave out a blank, and count the probes a second time. */
function normalized(line: string): string {
  return line.replaceAll("},{", "}, {").replace(/"count": \d+, "data": \{"probes"/, '"data": {"probes"');
}

describeWith(["bpftrace"], "bpftrace", () => compareWith("bpftrace"));
describeWith(["bpftrace 0.23"], "bpftrace 0.23", () => compareWith(process.env["TRACE_BPFTRACE_0_23"]));
describeWith(["bpftrace 0.27"], "bpftrace 0.27", () => compareWith(process.env["TRACE_BPFTRACE_0_27"]));

function compareWith(command = ""): void {
  test("the lines are the same", async () => {
    const theirs = execFileSync(command, ["-f", "json", "-e", BPFTRACE], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ours = await runTrace(["run", "-b", "embedded", "-o", "json:bpftrace", "-n", D]);
    const lines = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("{"));
    expect(lines(ours.stdout)).toEqual(lines(theirs).map(normalized));
  });
}
