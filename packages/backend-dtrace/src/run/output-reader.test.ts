import { fc, test as property } from "@fast-check/vitest";
import { stateToJson, type TraceEvent } from "@trace/core";
import { dLanguage } from "@trace/lang-d";
import { describe, expect, test } from "vitest";
import { compileScript } from "../compile/compile-script.ts";
import { OutputReader } from "./output-reader.ts";

const script = `
self int64_t x;
BEGIN { printf("%s %d %u", "a", -1, timestamp); trace("b"); }
tick-1s { @q[1, "k"] = quantize(1); @s = sum(2); @l = llquantize(1, 10, 1, 3, 10); @m = min(1); }
tick-1s { printa(@s); clear(@s); }
tick-1s { trunc(@q); normalize(@m, 3); exit(300); }`;

function reader(): OutputReader {
  const { program } = dLanguage().parse({ name: "x.d", text: script });
  if (program === undefined) throw new Error("no program");
  return new OutputReader(program, compileScript(program, { probes: [], target: { kind: "system" } }));
}

function readAll(one: OutputReader, text: string): readonly TraceEvent[] {
  return text.split("\n").flatMap((line) => one.read(line));
}

const HEAD =
  "CPU     ID                    FUNCTION:NAME\n  1      1                           :BEGIN \tready\n\n";

test("a record: what DTrace tells before it, and its items", () => {
  const one = reader();
  const events = readAll(
    one,
    `${HEAD}  3      7          operator new(unsigned long):x \tclause 0\t5000\t12\t13\n` +
      '\titem 0\ta\\t\\\\\\"\\303\\251\\377\\0\t-1\t18446744073709551615\n\titem 1\tb\\0\n\tend 0\n',
  );
  expect(one.ready).toBe(true);
  expect(events).toMatchObject([
    {
      type: "record",
      clause: 0,
      cpu: 3,
      probeId: 7,
      time: 5000,
      probe: { name: "BEGIN" },
      items: [{ values: ['a\t\\"é\udcff', -1, 18446744073709551615n] }, { values: ["b"] }],
    },
  ]);
});

test("aggregations: numbers, distributions, what was cleared", () => {
  const one = reader();
  const rows =
    "\trows 0\n\trow 0 0\t1\tk\\0\t\n           value  ------------- Distribution ------------- count    \n" +
    "              -2 |@@@@@@@@@@                               1        \n              -1 |                                         0        \n" +
    "4611686018427387904 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@           3        \n\n" +
    "\trows 1\n\trow 1 0\t40\n\trows 2\n\trow 2 0\t\n" +
    "       <= -10000 |@@@@@@@@@@@@@                            1        \n      abs() < 10 |@@@@@@@@@@@@@                            2        \n        >= 10000 |@@@@@@@@@@@@@                            5        \n\n" +
    "\trows 3\n\trow 3 0\t9223372036854775807\n";
  const first = readAll(one, `  0  5  :tick-1s \tclause 2\t1\t0\t0\n${rows}\titem 2\n\tclear 1\n\tend 2\n`);
  expect(first).toMatchObject([
    { items: [{ aggregations: [{ name: "s", rows: [{ state: { kind: "sum", sum: 40 } }] }] }] },
  ]);
  readAll(
    one,
    `  0  5  :tick-1s \tclause 3\t1\t0\t0\n${rows}\ttrunc 0\n\tnormalize 3\t3\n\titem 3\t300\n\tend 3\n`,
  );
  expect(one.exitStatus).toBe(44);
  const [final] = readAll(one, `\tfinal\n${rows.replace("40", "45")}\tdone\n`).concat(one.finalEvents());
  expect(one.ended).toBe(true);
  if (final?.type !== "aggregation") throw new Error("no aggregations");
  expect(
    final.aggregations.map((each) => each.rows.map(({ keys, state }) => [keys, stateToJson(state)])),
  ).toEqual([
    [],
    [[[], { kind: "sum", sum: 5 }]],
    [
      [
        [],
        {
          kind: "buckets",
          counts: [
            [-28, 1],
            [0, 2],
            [28, 5],
          ],
        },
      ],
    ],
    [[[], { kind: "min", value: null }]],
  ]);
  expect(final.aggregations[3]?.normalization).toBe(3);
});

function checkLines(lines: readonly string[]): void {
  const one = reader();
  const events = lines.flatMap((line) => one.read(line.replaceAll("\n", "")));
  expect(events.filter(({ type }) => type === "diagnostic").length).toBeLessThanOrEqual(10);
  expect(one.finalEvents()).toHaveLength(1);
}

describe("whatever comes", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\t",
      "clause 0",
      "item 0",
      "item 9",
      "row 0 0",
      "row 99 1",
      "rows -1",
      "end",
      "clear 7",
      "trunc x",
      "-5",
      "a\\",
      "1 |@@ 3",
      "done",
    ),
  );
  const anyLine = fc.array(part).map((parts) => parts.join(""));
  property.prop([fc.array(anyLine)])("is read, and told a few times", checkLines);

  test("a line that means nothing is told", () => {
    expect(reader().read("\tnonsense\t1")).toMatchObject([
      { type: "diagnostic", diagnostic: { code: "DTRACE_OUTPUT" } },
    ]);
  });
});
