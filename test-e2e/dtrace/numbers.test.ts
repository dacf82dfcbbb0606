/** DTrace gives what arithmetic gives, exactly, over the nastiest integers and strings there are. */
import { byteLength, keyIdentity } from "@trace/core";
import { describeWith } from "@trace/test-requirements";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CFixture } from "../bpftrace/c-fixture.ts";
import { firings, integers, texts } from "../bpftrace/firings.ts";
import { fireInEngine, type TracedResults } from "../bpftrace/trace-fixture.ts";
import { backend, codes, traceFixture } from "./run-dtrace.ts";

const AGGREGATIONS = `
fixture$target:::value
{
  @count = count(); @sum = sum(arg0); @avg = avg(arg0); @min = min(arg0); @max = max(arg0); @stddev = stddev(arg0);
  @by[arg0, arg1] = count();
  @narrowed[(char)arg0, (short)arg0, (int)arg0] = count();
  @unsigned[(unsigned char)arg0, (unsigned short)arg0, (unsigned int)arg0] = count();
}
fixture$target:::value
{
  @quantize = quantize(arg0); @weighted = quantize(arg0, 3); @lquantize = lquantize(arg0, -10, 10, 3);
  @llquantize = llquantize(arg0, 10, 0, 6, 20); @tens = llquantize(arg0, 10, 1, 4, 10);
}
fixture$target:::value /arg0 >= 0/ { @positive = min(arg0); }
fixture$target:::value /arg0 < 0/ { @negative = max(arg0); @far = avg(arg0 / 1000); }
fixture$target:::value /arg0 == 12345/ { @never = sum(arg0); }
fixture$target:::narrow { @i8 = sum(arg0); @u8 = sum(arg1); @i16[arg2] = count(); @u16[arg3] = count(); }
fixture$target:::wide { @i32 = sum(arg0); @u32 = sum(arg1); @i64[arg2] = count(); @u64[arg3] = count(); }
fixture$target:::many { @many[arg0, arg5, arg6, arg7] = count(); }
fixture$target:::plain { @plain = sum(arg0); @plain_min = min(arg0 + 1); @_ = count(); }
`;

/** Each operator as D has it; the engine says what it means. */
const OPERATORS = [
  "arg0 + arg1",
  "arg0 * arg1",
  "arg1 == 0 || arg1 == -1 ? 0 : arg0 / arg1",
  "arg1 == 0 || arg1 == -1 ? 0 : arg0 % arg1",
  "arg0 << (arg1 & 63)",
  "arg0 >> (arg1 & 63)",
  "arg0 < arg1",
  "arg0 && arg1",
  "arg0 ^^ arg1",
  "-arg0 + ~arg1",
  "(uint64_t)arg0 < (uint64_t)arg1",
  "arg1 == 0 ? 0 : (uint64_t)arg0 / (uint64_t)arg1",
  "(int)arg0 + (int)arg1",
  "(int)arg0 * 3 > 0",
  "(unsigned int)arg0 - (unsigned int)arg1",
  "(short)arg0 << 20",
  "(int)arg0 >> 3",
  "(uint8_t)arg0 == (uint8_t)arg1",
];

const PAIRS = OPERATORS.map(
  (expression, index) => `fixture$target:::pair { @o${index}[arg0, arg1] = sum(${expression}); }`,
).join("\n");

const VARIABLES = `
this int64_t unset; int narrow; uint16_t wrapping; self int64_t last; string name[int64_t]; fixture$target:::value { printf("%d", this->unset); this->unset = 5; narrow += (int)arg0; wrapping += (uint16_t)arg0; }
fixture$target:::value { printf("%d %d %d %d", this->unset, narrow, wrapping, narrow < 0); }
fixture$target:::value /self->last < arg0/ { trace(self->last); }
fixture$target:::value { self->last = arg0; name[arg1] = lltostr(arg0); }
fixture$target:::value { printf("%s %d", name[arg1], ++narrow); printf("%x %u", arg0, arg1); }
fixture$target:::counter { @odd[(narrow = arg0 * 65537) > 5, arg0 % -3] = count(); narrow %= -7; trace(narrow); }
`;

/** Not in one program with the lengths: see the README of @trace/backend-dtrace, "Known faults". */
const TEXT_KEYS = `fixture$target:::text { @texts[copyinstr(arg0)] = sum(arg1); }`;

const TEXTS = `
fixture$target:::text { printf("%s %d", copyinstr(arg0), strlen(copyinstr(arg0))); }
fixture$target:::text /copyinstr(arg0) == "a\\"b\\\\c"/ { trace(strjoin("<\\t\\377", copyinstr(arg0))); }
`;

describeWith(["dtrace", "sys/sdt.h"], "DTrace", () => {
  let fixture: CFixture;
  beforeAll(() => {
    fixture = new CFixture();
  });
  afterAll(() => fixture.remove());

  async function both(script: string): Promise<readonly [TracedResults, ReturnType<typeof fireInEngine>]> {
    const running = fixture.start();
    const probes = await backend.list({ target: { kind: "process", pid: running.pid } });
    const traced = await traceFixture(script, running);
    expect(await running.semaphores()).toBe(0);
    await running.end();
    expect(codes(traced.events)).toEqual([]);
    return [traced, fireInEngine(script, running.pid, firings(), probes)];
  }

  test("every aggregating function, over integers of every width", async () => {
    const [traced, expected] = await both(AGGREGATIONS);
    expect(traced.aggregations).toEqual(expected.aggregations);
    expect(traced.end).toEqual({ reason: "stopped", status: 0 });
    // Not only like the engine, but right.
    const total = BigInt.asIntN(
      64,
      integers.reduce((sum, value) => sum + value, 0n),
    );
    const squares = integers.reduce((sum, value) => sum + value * value, 0n);
    expect(traced.aggregations["stddev"]).toEqual([
      ` {"kind":"stddev","n":22,"sum":"${total}","squares":"${squares}"}`,
    ]);
    expect(traced.aggregations["plain"]).toEqual([' {"kind":"sum","sum":4950}']);
  });

  test("every operator, over all pairs", async () => {
    const [traced, expected] = await both(PAIRS);
    for (const [index, name] of OPERATORS.entries())
      expect({ name, rows: traced.aggregations[`o${index}`] }).toEqual({
        name,
        rows: expected.aggregations[`o${index}`],
      });
  });

  test("variables of every scope", async () => {
    const [traced, expected] = await both(VARIABLES);
    expect(traced.records).toEqual(expected.records);
    expect(traced.aggregations).toEqual(expected.aggregations);
  });

  test("strings of every kind", async () => {
    const [traced] = await both(TEXTS);
    const [quoted, ...others] = traced.records.filter((items) => items[0]?.length === 1);
    expect(quoted).toEqual([['<\t\udcffa"b\\c']]);
    expect(others).toEqual([]);
    const whole = traced.records.filter((items) => items[0]?.length === 2).map(([values]) => values);
    expect(whole).toEqual(texts.map((text) => [text, byteLength(text)]));
    const rows = [...new Set(texts)].map((text) => {
      const sum = texts.reduce((total, one, index) => (one === text ? total + index : total), 0);
      return `${keyIdentity([text])} {"kind":"sum","sum":${sum}}`;
    });
    const [keyed] = await both(TEXT_KEYS);
    expect(keyed.aggregations["texts"]).toEqual(rows.sort());
  });
});
