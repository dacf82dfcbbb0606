/** bpftrace gives what arithmetic gives: exactly, with every version, over the nastiest integers there are. */
import { bpftraceBackend } from "@trace/backend-bpftrace";
import type { ProbeDescription } from "@trace/core";
import { describeWith } from "@trace/test-requirements";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CFixture } from "./c-fixture.ts";
import { firings, integers } from "./firings.ts";
import { fireInEngine, traceFixture, type TracedResults } from "./trace-fixture.ts";
import { versions } from "./versions.ts";

const AGGREGATIONS = `
fixture$target:::value
{
  @count = count();
  @sum = sum(arg0);
  @avg = avg(arg0);
  @min = min(arg0);
  @max = max(arg0);
  @stddev = stddev(arg0);
  @quantize = quantize(arg0);
  @weighted = quantize(arg0, 3);
  @lquantize = lquantize(arg0, -10, 10, 3);
  @llquantize = llquantize(arg0, 10, 0, 6, 20);
  @binary = llquantize(arg0, 2, 3, 62, 8);
  @by[arg0, arg1] = count();
  @narrowed[(char)arg0, (short)arg0, (int)arg0] = count();
  @unsigned[(unsigned char)arg0, (unsigned short)arg0, (unsigned int)arg0] = count();
}
fixture$target:::value /arg0 >= 0/ { @positive = min(arg0); }
fixture$target:::value /arg0 < 0/ { @negative = max(arg0); @far = avg(arg0 / 1000); }
fixture$target:::value /arg0 == 12345/ { @never = sum(arg0); }
fixture$target:::narrow { @i8 = sum(arg0); @u8 = sum(arg1); @i16[arg2] = count(); @u16[arg3] = count(); }
fixture$target:::wide { @i32 = sum(arg0); @u32 = sum(arg1); @i64[arg2] = count(); @u64[arg3] = count(); }
fixture$target:::many { @many[arg0, arg5, arg6, arg7] = count(); }
fixture$target:::plain { @plain = sum(arg0); @plain_min = min(arg0 + 1); }
`;

/** Each operator as D has it, and what it means in 64 bits. */
const OPERATORS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "arg0 + arg1": (a, b) => a + b,
  "arg0 - arg1": (a, b) => a - b,
  "arg0 * arg1": (a, b) => a * b,
  "arg1 == 0 ? 0 : arg0 / arg1": (a, b) => (b === 0n ? 0n : a / b),
  "arg1 == 0 ? 0 : arg0 % arg1": (a, b) => (b === 0n ? 0n : a % b),
  "arg0 & arg1": (a, b) => a & b,
  "arg0 | arg1": (a, b) => a | b,
  "arg0 ^ arg1": (a, b) => a ^ b,
  "arg0 << (arg1 & 63)": (a, b) => a << (b & 63n),
  "arg0 >> (arg1 & 63)": (a, b) => a >> (b & 63n),
  "arg0 < arg1": (a, b) => BigInt(a < b),
  "arg0 <= arg1": (a, b) => BigInt(a <= b),
  "arg0 > arg1": (a, b) => BigInt(a > b),
  "arg0 >= arg1": (a, b) => BigInt(a >= b),
  "arg0 == arg1": (a, b) => BigInt(a === b),
  "arg0 && arg1": (a, b) => BigInt(a !== 0n && b !== 0n),
  "arg0 || arg1": (a, b) => BigInt(a !== 0n || b !== 0n),
  "arg0 ^^ arg1": (a, b) => BigInt((a !== 0n) !== (b !== 0n)),
  "-arg0 + ~arg1": (a, b) => -a + ~b,
  "!arg0 - !arg1": (a, b) => BigInt(a === 0n) - BigInt(b === 0n),
  "(uint64_t)arg0 < (uint64_t)arg1": (a, b) => BigInt(BigInt.asUintN(64, a) < BigInt.asUintN(64, b)),
  "arg1 == 0 ? 0 : (uint64_t)arg0 / (uint64_t)arg1": (a, b) =>
    b === 0n ? 0n : BigInt.asUintN(64, a) / BigInt.asUintN(64, b),
  "(uint64_t)arg0 >> 5": (a) => BigInt.asUintN(64, a) >> 5n,
  "arg0 > 100 ? arg1 : arg0 < -100 ? -arg1 : 7": (a, b) => (a > 100n ? b : a < -100n ? -b : 7n),
  "arg0 > 4294967296 ? 1 : arg0 < -4294967297 ? 2 : arg0 == 9223372036854775807 ? 3 : 4": (a) =>
    a > 2n ** 32n ? 1n : a < -(2n ** 32n) - 1n ? 2n : 4n,
};

const operatorNames = Object.keys(OPERATORS);

const PAIRS = `fixture$target:::pair { ${operatorNames
  .map((expression, index) => `@o${index}[arg0, arg1] = sum(${expression});`)
  .join(" ")} }`;

for (const { title, tools, command } of versions) {
  describeWith(tools, title, () => {
    let fixture: CFixture;
    beforeAll(() => {
      fixture = new CFixture();
    });
    afterAll(() => fixture.remove());

    async function trace(
      script: string,
    ): Promise<{ traced: TracedResults; probes: readonly ProbeDescription[]; pid: number }> {
      const running = fixture.start();
      const { pid } = running;
      const probes = await bpftraceBackend({ command }).list({ target: { kind: "process", pid } });
      const traced = await traceFixture(command, script, running);
      await running.end();
      expect(traced.events.filter(({ type }) => type === "lost" || type === "diagnostic")).toEqual([]);
      return { traced, probes, pid };
    }

    test("every aggregating function, over integers of every width", async () => {
      const { traced, probes, pid } = await trace(AGGREGATIONS);
      const expected = fireInEngine(AGGREGATIONS, pid, firings(), probes);
      expect(traced.aggregations).toEqual(expected.aggregations);
      // Not only like the engine, but right.
      const total = BigInt.asIntN(
        64,
        integers.reduce((sum, value) => sum + value, 0n),
      );
      const squares = integers.reduce((sum, value) => sum + value * value, 0n);
      expect(traced.aggregations["sum"]).toEqual([` {"kind":"sum","sum":"${total}"}`]);
      expect(traced.aggregations["stddev"]).toEqual([
        ` {"kind":"stddev","n":22,"sum":"${total}","squares":"${squares}"}`,
      ]);
      expect(traced.aggregations["min"]).toEqual([' {"kind":"min","value":"-9223372036854775808"}']);
      expect(traced.aggregations["negative"]).toEqual([' {"kind":"max","value":-1}']);
      expect(traced.aggregations["never"]).toEqual([]);
      expect(traced.aggregations["plain"]).toEqual([' {"kind":"sum","sum":4950}']);
      expect(traced.aggregations["many"]).toEqual(['i1;i6;i7;i-8; {"kind":"count","n":1}']);
    });

    test("every operator, over all pairs", async () => {
      const { traced } = await trace(PAIRS);
      for (const [index, name] of operatorNames.entries()) {
        const expected = integers.flatMap((a) =>
          integers.map((b) => {
            const sum = BigInt.asIntN(64, OPERATORS[name]?.(a, b) ?? 0n);
            const text = Number.isSafeInteger(Number(sum)) ? String(sum) : `"${sum}"`;
            return `i${a};i${b}; {"kind":"sum","sum":${text}}`;
          }),
        );
        expect({ name, rows: traced.aggregations[`o${index}`] }).toEqual({ name, rows: expected.sort() });
      }
    });
  });
}
