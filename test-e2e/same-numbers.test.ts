/** The same script gives exactly the same numbers from every backend, and from arithmetic. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith, type Tool } from "@trace/test-requirements";
import { afterAll, beforeAll, expect, test } from "vitest";
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
int64_t total;
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
  const latencies = indices.map((i) => latencyArguments(i));
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

type Rows = readonly (readonly [key: string, result: unknown])[];

/** Counts of values by the bucket that holds them. */
function buckets(values: readonly number[], low: (value: number) => number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[low(value)] = (counts[low(value)] ?? 0) + 1;
  return counts;
}

/** The lower end of the power-of-two bucket of a value; of a negative one, its end nearer to zero. */
function powerOfTwo(value: number): number {
  return value === 0 ? 0 : Math.sign(value) * 2 ** Math.floor(Math.log2(Math.abs(value)));
}

/** The lower end of a bucket of llquantize(10, 0, 6, 20): 20 to a decade, but no narrower than 1. */
function logLinear(value: number): number {
  if (value < 1) return 0;
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = Math.max(1, Math.floor((decade * 10) / 20));
  return decade + Math.floor((value - decade) / step) * step;
}

/** The aggregations that the script does not print itself: keys and results. */
function expectedDistributions(): Record<string, Rows> {
  const latencies = indices.map((i) => latencyArguments(i));
  const ns = latencies.map(([, value]) => value);
  const i32 = indices.map((i) => Number(integerArguments(i)[4]));
  const mean = total(ns) / BigInt(FIRINGS);
  const variance = total(ns.map((value) => value * value)) / BigInt(FIRINGS) - mean * mean;
  return {
    stddev: [["", Math.floor(Math.sqrt(Number(variance)))]],
    quantize: names.map((name) => [
      name,
      buckets(
        latencies.filter(([one]) => one === name).map(([, value]) => value),
        powerOfTwo,
      ),
    ]),
    lquantize: [["", buckets(ns, (value) => (value >= 50_000 ? 50_000 : Math.floor(value / 5_000) * 5_000))]],
    llquantize: [["", buckets(ns, logLinear)]],
    negative: [["", buckets(i32, powerOfTwo)]],
    wide: indices.map((i) => {
      const wide = wideArguments(i);
      return [`${wide[0]},${wide[9]}`, wide[5]];
    }),
  };
}

interface JsonRow {
  readonly keys: readonly (string | number)[];
  readonly value?: number;
  readonly buckets?: readonly {
    readonly low: number | null;
    readonly high: number | null;
    readonly count: number;
  }[];
}

/** The same of the final aggregations in JSON output. */
function distributions(json: string): Record<string, Rows> {
  const final = json
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; aggregations?: { name: string; rows: JsonRow[] }[] })
    .findLast((event) => event.type === "aggregation");
  const result: Record<string, Rows> = {};
  for (const { name, rows } of final?.aggregations ?? []) {
    result[name] = rows
      .map((row): [string, unknown] => [row.keys.join(","), row.value ?? bucketCounts(row)])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return result;
}

function bucketCounts(row: JsonRow): Record<string, number> {
  return Object.fromEntries(
    (row.buckets ?? []).map(({ low, high, count }) => [(high ?? 0) < 0 ? String(high) : String(low), count]),
  );
}

const directory = mkdtempSync(join(tmpdir(), "trace-same-numbers-"));
afterAll(() => rmSync(directory, { recursive: true }));

interface Outcome {
  readonly stdout: string;
  readonly json: string;
}

async function traceFixture(backend: string, environment: Record<string, string>): Promise<Outcome> {
  const file = join(directory, `${backend}-${Object.values(environment).length}.json`);
  const target = await startFixture("node-target.mjs");
  const trace = await startTrace(
    ["run", "-b", backend, "-n", SCRIPT, "-p", String(target.pid), "-o", "text", "-o", `json=${file}`],
    environment,
  );
  await target.command(`fire ${FIRINGS}`);
  trace.signal("SIGINT");
  const { stdout, stderr, status } = await trace.ended;
  target.child.stdin.end();
  expect(await target.ended).toMatchObject({ status: 0, stderr: "" });
  expect(stderr).not.toMatch(/lost|error|warning/);
  expect(status).toBe(0);
  return { stdout, json: readFileSync(file, "utf8") };
}

function gives(
  title: string,
  backend: string,
  tools: readonly Tool[],
  environment: () => Record<string, string>,
): void {
  describeWith(tools, title, () => {
    let outcome: Outcome;
    beforeAll(async () => {
      outcome = await traceFixture(backend, environment());
    });

    test("the counts, sums and extremes that arithmetic gives", () => {
      const lines = outcome.stdout.split("\n").filter((line) => /^\w+ /.test(line));
      expect(lines).toEqual(expectedLines());
    });

    test("the distributions and keys that arithmetic gives", () => {
      const expected = Object.fromEntries(
        Object.entries(expectedDistributions()).map(([name, rows]) => [
          name,
          [...rows].sort(([a], [b]) => (a < b ? -1 : 1)),
        ]),
      );
      expect(distributions(outcome.json)).toMatchObject(expected);
    });

    test("the same text as every other backend", async () => {
      const { stdout } = outcome;
      await expect(stdout.slice(stdout.lastIndexOf("step "))).toMatchFileSnapshot("golden/same-numbers.txt");
    });
  });
}

function bpftrace(variable: string): () => Record<string, string> {
  return () => ({ TRACE_BPFTRACE: process.env[variable] ?? "" });
}

gives("embedded", "embedded", [], () => ({}));
gives("bpftrace 0.17", "bpftrace", ["bpftrace", "native add-on"], () => ({}));
gives("bpftrace 0.23", "bpftrace", ["bpftrace 0.23", "native add-on"], bpftrace("TRACE_BPFTRACE_0_23"));
gives("bpftrace 0.27", "bpftrace", ["bpftrace 0.27", "native add-on"], bpftrace("TRACE_BPFTRACE_0_27"));
gives("DTrace 2.0", "dtrace", ["dtrace", "native add-on"], () => ({}));
