/** The same script gives exactly the same numbers from every backend, and from arithmetic. */
import { describeWith, type Tool } from "@trace/test-requirements";
import { describe, expect, test } from "vitest";
import { latencyArguments, integerArguments, names, wideArguments } from "./fixtures/known-values.mjs";
import { startFixture, startTrace } from "./trace-command.ts";

const FIRINGS = 300;

const SCRIPT = `
#pragma D option quiet
fixture*:::plain { @plain = count(); }
fixture*:::latency
{
  @count[copyinstr(arg0)] = count();
  @sum[copyinstr(arg0)] = sum(arg1);
  @avg = avg(arg1);
  @min = min(arg1);
  @max = max(arg1);
  @stddev = stddev(arg1);
  @quantize[copyinstr(arg0)] = quantize(arg1);
  @lquantize = lquantize(arg1, 0, 50000, 5000);
  @llquantize = llquantize(arg1, 10, 0, 6, 20);
}
fixture*:::latency /arg1 > 1000 && copyinstr(arg0) == "beta"/ { @filtered = count(); }
fixture*:::integers
{
  @i8 = sum(arg0);
  @u8 = sum(arg1);
  @i16 = sum(arg2);
  @u16 = sum(arg3);
  @i32 = sum(arg4);
  @u32 = sum(arg5);
  @i64 = min(arg6);
  @u64 = max(arg7);
  @negative = quantize(arg4);
}
fixture*:::wide { @wide[arg0, arg9] = sum(arg5); }
self int64_t last;
fixture*:::counted /self->last/ { @step[arg0 - self->last] = count(); }
fixture*:::counted { self->last = arg0; total += arg0; }
END
{
  printf("total %d\\n", total);
  printa("plain %@d\\n", @plain);
  printa("count %s %@d\\n", @count);
  printa("sum %s %@d\\n", @sum);
  printa("avg %@d\\n", @avg);
  printa("min %@d\\n", @min);
  printa("max %@d\\n", @max);
  printa("filtered %@d\\n", @filtered);
  printa("i8 %@d\\n", @i8);
  printa("u8 %@d\\n", @u8);
  printa("i16 %@d\\n", @i16);
  printa("u16 %@d\\n", @u16);
  printa("i32 %@d\\n", @i32);
  printa("u32 %@d\\n", @u32);
  printa("i64 %@d\\n", @i64);
  printa("u64 %@d\\n", @u64);
  printa("step %d %@d\\n", @step);
}
`;

const indices = Array.from({ length: FIRINGS }, (_, i) => i);

function total(values: readonly (number | bigint)[]): bigint {
  return values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n);
}

/** What the lines of the END clause must be, computed. Rows are in order of their values. */
function expectedLines(): readonly string[] {
  const latencies = indices.map((i) => latencyArguments(i) as [string, number]);
  const of = (name: string): number[] => latencies.filter(([one]) => one === name).map(([, ns]) => ns);
  const integers = indices.map(integerArguments);
  const column = (index: number): (number | bigint)[] => integers.map((row) => row[index] as number | bigint);
  const ns = latencies.map(([, value]) => value);
  const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
  const bySum = [...names].sort((a, b) => Number(total(of(a)) - total(of(b))));
  return [
    `total ${total(indices)}`,
    `plain ${FIRINGS}`,
    ...[...names].sort((a, b) => (a < b ? -1 : 1)).map((name) => `count ${name} ${FIRINGS / names.length}`),
    ...bySum.map((name) => `sum ${name} ${total(of(name))}`),
    `avg ${total(ns) / BigInt(FIRINGS)}`,
    `min 0`,
    `max ${Math.max(...ns)}`,
    `filtered ${of("beta").filter((value) => value > 1000).length}`,
    ...["i8", "u8", "i16", "u16", "i32", "u32"].map((name, index) => `${name} ${total(column(index))}`),
    `i64 -9223372036854775808`,
    // arg7 is a signed 64-bit integer in D: the fixture's largest values are negative there.
    `u64 ${column(7).reduce<bigint>((most, value) => (signed(BigInt(value)) > most ? signed(BigInt(value)) : most), -(2n ** 63n))}`,
    `step 1 ${FIRINGS - 2}`,
  ];
}

async function traceFixture(
  options: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const target = await startFixture("node-target.mjs");
  const trace = await startTrace(["run", "-n", SCRIPT, "-p", String(target.pid), ...options], environment);
  await target.command(`fire ${FIRINGS}`);
  trace.signal("SIGINT");
  const { stdout, stderr, status } = await trace.ended;
  await target.command("state");
  target.child.stdin.end();
  expect((await target.ended).status).toBe(0);
  expect(stderr).not.toMatch(/lost|error|warning/);
  expect(status).toBe(0);
  return stdout;
}

function runs(
  title: string,
  tools: readonly Tool[],
  options: readonly string[],
  path?: () => Record<string, string>,
): void {
  describeWith(tools, title, () => {
    test("gives the numbers that arithmetic gives, and the same distributions as the others", async () => {
      const stdout = await traceFixture(options, path?.());
      expect(stdout.split("\n").filter((line) => /^\w+ /.test(line))).toEqual(expectedLines());
      await expect(stdout.slice(stdout.lastIndexOf("step "))).toMatchFileSnapshot("golden/same-numbers.txt");
    });
  });
}

describe("every backend", () => {
  runs("embedded", [], ["-b", "embedded"]);
  runs("bpftrace 0.17", ["bpftrace", "native add-on"], ["-b", "bpftrace"]);
});
