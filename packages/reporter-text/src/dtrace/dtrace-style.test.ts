import { existsSync, readFileSync } from "node:fs";
import {
  addValue,
  emptyState,
  int16,
  int32,
  int64,
  int8,
  string,
  uint16,
  uint32,
  uint64,
  uint8,
  type AggregatingFunction,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type Conversion,
  type EndEvent,
  type Int,
  type PrintfFormat,
  type ProbeDescription,
  type Program,
  type ProgramOptions,
  type RecordItem,
  type Stack,
  type TraceEvent,
  type Type,
  type Value,
} from "@trace/core";
import { describe, expect, it } from "vitest";
import { textReporter } from "../text-reporter.ts";

const begin: ProbeDescription = {
  family: "begin",
  provider: "dtrace",
  module: "",
  function: "",
  name: "BEGIN",
  arguments: [],
};

/** An aggregation with what was aggregated, by key. */
interface Filled {
  readonly declaration: AggregationDeclaration;
  readonly snapshot: AggregationSnapshot;
}

type Element = readonly [keys: readonly Value[], ...values: (Int | readonly [value: Int, weight: Int])[]];

function aggregation(
  name: string,
  fn: AggregatingFunction["name"] | AggregatingFunction,
  keys: readonly Type[],
  elements: readonly Element[],
  normalization?: Int,
): Filled {
  const description = typeof fn === "string" ? ({ name: fn } as AggregatingFunction) : fn;
  const rows = elements.map(([rowKeys, ...values]): AggregationRow => {
    const state = emptyState(description);
    for (const one of values) {
      const [value, weight] = typeof one === "object" ? one : [one, 1];
      addValue(description, state, value, weight);
    }
    return { keys: rowKeys, state };
  });
  return {
    declaration: { name, function: description, keys, value: int64 },
    snapshot: { name, rows, ...(normalization === undefined ? {} : { normalization }) },
  };
}

/** An item, with the aggregations that its printa shows. */
interface Item extends RecordItem {
  readonly shown?: readonly Filled[];
}

const printf = (format: PrintfFormat, ...values: Value[]): RecordItem => ({
  statement: { kind: "printf", format, arguments: [] },
  values,
});

const printa = (aggregations: readonly Filled[], format?: PrintfFormat): Item => ({
  shown: aggregations,
  statement: {
    kind: "printa",
    aggregations: aggregations.map(({ declaration }) => declaration.name),
    ...(format === undefined ? {} : { format }),
  },
  values: [],
  aggregations: aggregations.map(({ snapshot }) => snapshot),
});

const trace = (value: Value, type: Type): RecordItem => ({
  statement: { kind: "trace", value: { kind: "builtin", name: "pid", type } },
  values: [value],
});

const stack = (value: Stack): Item => ({
  statement: { kind: "stack", space: "user", depth: 5 },
  values: [value],
});

const nothing: RecordItem = { statement: { kind: "default" }, values: [] };

const exit: RecordItem = {
  statement: { kind: "exit", status: { kind: "integer", value: 0, type: int32 } },
  values: [0],
};

interface Scenario {
  readonly options?: ProgramOptions;
  /** As they are at the end. Default: as the last printa of each shows them. */
  readonly aggregations?: readonly Filled[];
  /** The items of each firing. */
  readonly records?: readonly (readonly Item[])[];
  readonly cpu?: number;
  readonly reason?: EndEvent["reason"];
}

async function play(scenario: Scenario, quiet?: boolean): Promise<string> {
  const records: readonly (readonly Item[])[] = scenario.records ?? [[exit]];
  const printed = records.flat().flatMap(({ shown = [] }) => shown);
  const aggregations = scenario.aggregations ?? [
    ...new Map(printed.map((one) => [one.declaration.name, one])).values(),
  ];
  const program: Program = {
    version: 1,
    style: "dtrace",
    options: { quiet: true, ...scenario.options },
    variables: [],
    aggregations: aggregations.map(({ declaration }) => declaration),
    clauses: [],
  };
  async function* events(): AsyncGenerator<TraceEvent> {
    yield { type: "ready", backend: "test", attached: [begin], unmatched: [] };
    for (const items of records)
      yield { type: "record", clause: 0, probe: begin, probeId: 1, cpu: scenario.cpu ?? 0, items };
    yield { type: "lost", what: "records", count: 3, reason: "buffer full" };
    if (scenario.reason !== "failed") {
      const snapshots = aggregations.map(({ snapshot }) => snapshot);
      yield { type: "aggregation", aggregations: snapshots, final: true };
    }
    yield { type: "end", reason: scenario.reason ?? "exit", status: 0 };
  }
  let text = "";
  await textReporter(quiet === undefined ? {} : { quiet }).write(events(), {
    program,
    out: {
      write: (piece) => {
        text += piece;
        return Promise.resolve();
      },
    },
  });
  return text;
}

const d: Conversion = { kind: "d" };
const s: Conversion = { kind: "s" };
const at: Conversion = { kind: "d", aggregate: true };
const lquantize = (low: number, high: number, step = 1): AggregatingFunction => ({
  name: "lquantize",
  low,
  high,
  step,
});
const llquantize = (factor: number, low: number, high: number, steps: number): AggregatingFunction => ({
  name: "llquantize",
  factor,
  low,
  high,
  steps,
});

const beginFrame: Stack = {
  frames: [{ address: 1, module: "libdtrace.so.2.0.0", symbol: "BEGIN_probe", offset: 0 }],
};
const stackKey = aggregation(
  "_",
  "count",
  [{ kind: "stack", space: "user", depth: 3 }, string, int32],
  [[[beginFrame, "k", 7], 1]],
);
const alphaBeta = aggregation(
  "_",
  "count",
  [string, int32],
  [
    [["alpha", 1], 1],
    [["beta", 2], 1],
  ],
);
const ranked = aggregation(
  "_",
  "sum",
  [string],
  [
    [["c"], 3],
    [["a"], 1],
    [["d"], 4],
    [["b"], 2],
  ],
);
const abc = aggregation(
  "_",
  "count",
  [string],
  [
    [["b"], 1, 1],
    [["a"], 1],
    [["c"], 1],
  ],
);
const scalar = (
  name: string,
  fn: AggregatingFunction["name"] | AggregatingFunction,
  ...values: (Int | readonly [Int, Int])[]
): Filled => aggregation(name, fn, [], [[[], ...values]]);

/** The scripts of the reference, by name: what their run hands to a reporter. */
const reference: Readonly<Record<string, Scenario>> = {
  agg_default: {
    options: { quiet: false },
    cpu: 1,
    aggregations: [aggregation("_", "count", [string], [[["k"], 1]])],
    records: [[printf(["two\nlines\n"]), exit]],
  },
  agg_empty: { aggregations: [aggregation("never", "count", [], []), aggregation("q", "quantize", [], [])] },
  agg_key1: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [string],
        [
          [["alpha"], 1, 1],
          [["beta"], 1],
          [["a very long key string that goes beyond the fifty character column width"], 1],
          [[""], 1],
        ],
      ),
    ],
  },
  agg_key2b: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [string, int32, string],
        [
          [["beta", 22, "yy"], 1],
          [["alpha", 1, "x"], 1],
        ],
      ),
    ],
  },
  agg_keyint2: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [int32],
        [
          [[-5], 1],
          [[1], 1],
        ],
      ),
      aggregation("b", "sum", [int64], [[[123456789012], 99]]),
      aggregation("c", "count", [int16], [[[3], 1]]),
      aggregation("d", "count", [int8], [[[65], 1]]),
    ],
  },
  agg_llquantize: { aggregations: [scalar("_", llquantize(10, 0, 3, 10), 1, 15, 150, 99999, 0)] },
  agg_llquantize20: { aggregations: [scalar("_", llquantize(10, 0, 2, 20), 15, 7, -7)] },
  agg_lquantize: { aggregations: [scalar("_", lquantize(0, 100, 10), 5, 15, -1, 250, 99, 15)] },
  agg_lquantize2: { aggregations: [aggregation("_", lquantize(0, 10), [string], [[["k"], 3, 4, 4]])] },
  agg_lquantize_step: { aggregations: [scalar("_", lquantize(0, 100, 10), 55)] },
  agg_multi_exit: {
    options: { quiet: false },
    aggregations: [
      scalar("a", "count", 1),
      scalar("b", "quantize", 3),
      aggregation("c", "sum", [string, int32], [[["x", 1], 4]]),
      scalar("d", "avg", 2),
    ],
  },
  agg_named: {
    aggregations: [
      aggregation("num", "count", [string], [[["alpha"], 1]]),
      aggregation("tot", "sum", [string], [[["alpha"], 12345]]),
      aggregation("avg", "avg", [string], [[["x"], 5]]),
    ],
  },
  agg_noq_dummy: {},
  agg_pid_exec: {
    aggregations: [aggregation("_", "count", [int32, string, int32], [[[28862, "BEGIN", 0], 1]])],
  },
  agg_quantize: { aggregations: [scalar("_", "quantize", 0, 1, 1, 5, 100, -3)] },
  agg_quantize_key: {
    aggregations: [
      aggregation(
        "_",
        "quantize",
        [string],
        [
          [["read"], 1, 1000],
          [["write"], 7],
        ],
      ),
    ],
  },
  agg_quantize_w: { aggregations: [scalar("_", "quantize", [10, 5], [20, 2], 40)] },
  agg_scalar: {
    aggregations: [
      scalar("c", "count", 1, 1),
      scalar("s", "sum", 10, -3),
      scalar("a", "avg", 10, 5),
      scalar("mn", "min", 7, -2),
      scalar("mx", "max", 7, 3),
      scalar("sd", "stddev", 2, 4, 9),
    ],
  },
  avg_neg: {
    aggregations: [scalar("_", "avg", -7, 2), aggregation("b", "avg", [string], [[["x"], -1]])],
  },
  default_action: { options: { quiet: false }, records: [[nothing], [exit]] },
  intsort: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [int32],
        [
          [[10], 1],
          [[-2], 1],
          [[9], 1],
        ],
      ),
    ],
  },
  lq_neg: { aggregations: [scalar("_", lquantize(-10, 10, 5), -5, -10, 10)] },
  min_max_only: {
    aggregations: [
      aggregation("_", "min", [string], [[["a"], -100]]),
      aggregation("m", "max", [string], [[["a"], -100]]),
    ],
  },
  normalize: {
    records: [
      [
        printa(
          [
            aggregation(
              "_",
              "sum",
              [string],
              [
                [["a"], 1000],
                [["b"], 2500],
              ],
              1000,
            ),
          ],
          [s, " ", at, "\n"],
        ),
        printa(
          [
            aggregation(
              "_",
              "sum",
              [string],
              [
                [["a"], 1000],
                [["b"], 2500],
              ],
            ),
          ],
          [s, " ", at, "\n"],
        ),
        exit,
      ],
    ],
    aggregations: [
      aggregation(
        "_",
        "sum",
        [string],
        [
          [["a"], 1000],
          [["b"], 2500],
        ],
      ),
    ],
  },
  normalize_q: {
    aggregations: [
      aggregation("_", "quantize", [string], [[["a"], 1000, 1000]], 2),
      aggregation("s", "sum", [], [[[], -5]], 2),
    ],
  },
  printa_avgfmt: {
    records: [
      [
        printa(
          [scalar("a", "avg", 10, 5), scalar("s", "stddev", 2, 9), scalar("q", "quantize", 9)],
          ["avg ", at, " stddev ", at, " q ", at, " end\n"],
        ),
        exit,
      ],
    ],
  },
  printa_fewer: {
    records: [[printa([aggregation("a", "count", [string, int32], [[["x", 2], 1]])], [s, " ", at, "\n"])]],
  },
  printa_fmt: {
    aggregations: [alphaBeta],
    records: [
      [
        printa([alphaBeta], [s, " ", d, " ", at, "\n"]),
        printa(
          [alphaBeta],
          [
            "[",
            { kind: "s", width: 10, flags: "-" },
            "|",
            { kind: "d", width: 5 },
            "] = ",
            { kind: "d", width: 8, aggregate: true },
            "\n",
          ],
        ),
        printa([alphaBeta], [at, " ", s, "\n"]),
        exit,
      ],
    ],
  },
  printa_hex: {
    records: [
      [
        printa(
          [aggregation("_", "sum", [string], [[["alpha"], 255]])],
          [
            s,
            " ",
            { kind: "x", aggregate: true },
            " ",
            { kind: "u", aggregate: true },
            " ",
            { kind: "o", aggregate: true },
            "\n",
          ],
        ),
      ],
    ],
  },
  printa_k: {
    aggregations: [stackKey],
    records: [
      [
        printa([stackKey], [{ kind: "k" }, " ", s, " ", d, " ", { kind: "u", aggregate: true }, "\n"]),
        printa([stackKey]),
        exit,
      ],
    ],
  },
  printa_multi: {
    records: [
      [
        printa(
          [
            aggregation(
              "a",
              "count",
              [string],
              [
                [["alpha"], 1],
                [["beta"], 1],
              ],
            ),
            aggregation("b", "sum", [string], [[["alpha"], 10]]),
            aggregation("c", "avg", [string], [[["alpha"], 3]]),
          ],
          [
            { kind: "s", width: 10, flags: "-" },
            " ",
            { ...at, width: 8 },
            " ",
            { ...at, width: 8 },
            " ",
            { ...at, width: 8 },
            "\n",
          ],
        ),
      ],
    ],
  },
  printa_multi_noformat: {
    records: [
      [
        printa([
          aggregation("a", "count", [string], [[["alpha"], 1]]),
          aggregation("b", "sum", [string], [[["alpha"], 10]]),
        ]),
      ],
    ],
  },
  printa_noagg: { records: [[printa([aggregation("a", "count", [string], [[["x"], 1]])], [s, "\n"])]] },
  printa_nokey: {
    records: [[printa([scalar("_", "sum", 255)], ["total ", at, "\n"]), printa([scalar("_", "sum", 255)])]],
  },
  printa_plain: { aggregations: [alphaBeta], records: [[printa([alphaBeta]), exit]] },
  printa_quant: {
    records: [
      [
        printa(
          [
            aggregation(
              "q",
              "quantize",
              [string],
              [
                [["alpha"], 5],
                [["beta"], 50],
              ],
            ),
          ],
          ["key=", s, " ", at, "\n"],
        ),
        printa([
          aggregation(
            "q",
            "quantize",
            [string],
            [
              [["beta"], 50],
              [["alpha"], 5],
            ],
          ),
        ]),
      ],
    ],
  },
  printa_two_keys_missing: {
    records: [
      [
        printa(
          [
            aggregation("a", "count", [string], [[["x"], 1]]),
            aggregation("b", "count", [string], [[["y"], 1]]),
          ],
          [s, " ", at, " ", at, "\n"],
        ),
      ],
    ],
  },
  quant_big: {
    aggregations: [scalar("_", "quantize", 9223372036854775807n, -9223372036854775807n)],
  },
  quant_manyat: { aggregations: [scalar("_", "quantize", [1, 1000000], [4, 3], [1024, 499999])] },
  quant_negcount: { aggregations: [scalar("_", "quantize", [1, -5], [4, 5])] },
  sortkey: { options: { sort: { by: "key" } }, aggregations: [abc] },
  sortkeyrev: { options: { sort: { by: "key", reverse: true } }, aggregations: [abc] },
  sortrev: { options: { sort: { by: "value", reverse: true } }, aggregations: [abc] },
  stddev_big: {
    aggregations: [scalar("_", "stddev", 1000000, 3000000, 1000000000000), scalar("n", "stddev", 5)],
  },
  trace: {
    options: { quiet: false },
    records: [
      [
        trace(5, int32),
        trace("str", string),
        trace(-1, int32),
        trace(65, int8),
        trace(7, int16),
        trace(9, int64),
        exit,
      ],
    ],
  },
  traceq: {
    records: [
      [
        trace(5, int32),
        trace("str", string),
        trace(-1, int32),
        trace(65, int8),
        trace(7, int16),
        trace(9, int64),
        exit,
      ],
    ],
  },
  trunc_n: {
    aggregations: [ranked],
    records: [
      [
        printa(
          [
            {
              ...ranked,
              snapshot: {
                name: "_",
                rows: ranked.snapshot.rows.filter(({ keys }) => keys[0] === "c" || keys[0] === "d"),
              },
            },
          ],
          [s, " ", at, "\n"],
        ),
      ],
    ],
  },
  xquiet: { aggregations: [aggregation("_", "count", [string], [[["a"], 1]])] },
  zerofill: {
    aggregations: [
      aggregation("_", "sum", [string], [[["z"], 0]]),
      aggregation("q", "quantize", [string], [[["z"]]]),
    ],
  },
};

const referenceFolder = new URL("../../../../../shared/reference/dtrace/", import.meta.url);

describe.skipIf(!existsSync(referenceFolder))(
  "the output of DTrace 2.0.7, from ../shared/reference/dtrace",
  () => {
    it.each(Object.entries(reference))("%s", async (name, scenario) => {
      expect(await play(scenario)).toBe(readFileSync(new URL(`${name}.out`, referenceFolder), "utf8"));
    });
  },
);

/** The expectations below are what DTrace 2.0.7 prints for a script that does the same. */
describe("records", () => {
  it("show every integer type in columns of its own", async () => {
    const items = [
      trace(-1, int8),
      trace(200, uint8),
      trace(-2, int16),
      trace(65535, uint16),
      trace(-3, int32),
      trace(4294967295, uint32),
      trace(-4, int64),
      trace(18446744073709551611n, uint64),
    ];
    expect(await play({ options: { quiet: false }, records: [items] })).toBe(
      "CPU     ID                    FUNCTION:NAME\n" +
        "  0      1                           :BEGIN   -1 200    -2 65535         -3 4294967295" +
        "                  -4 18446744073709551611\n\n",
    );
    expect(await play({ records: [items] })).toBe("-1200-265535-34294967295-418446744073709551611\n");
  });

  it("show strings in a column, counting bytes, and whole where they are longer", async () => {
    const long = "a string longer than the thirty-three columns of it";
    const records = [[trace(long, string), trace("h\u00e9llo", string), trace("x", string)]];
    expect(await play({ options: { quiet: false }, records })).toBe(
      "CPU     ID                    FUNCTION:NAME\n" +
        `  0      1                           :BEGIN   ${long}  h\u00e9llo${" ".repeat(27)}  x${" ".repeat(32)}\n\n`,
    );
  });

  it("show stacks on lines of their own", async () => {
    const records = [[stack(beginFrame)]];
    expect(await play({ options: { quiet: false }, records })).toBe(
      "CPU     ID                    FUNCTION:NAME\n" +
        "  0      1                           :BEGIN \n" +
        "              libdtrace.so.2.0.0`BEGIN_probe\n\n\n",
    );
  });

  it("keep to one line what a clause prints after a table", async () => {
    const a = aggregation("a", "count", [string], [[["x"], 1]]);
    const records = [[printa([a]), printa([a], [s, " ", at, "\n"]), printf(["hi"]), trace(3, int32), exit]];
    expect(await play({ options: { quiet: false }, records })).toBe(
      "CPU     ID                    FUNCTION:NAME\n" +
        "  0      1                           :BEGIN \n" +
        "  x                                                                 1\n" +
        "x 1\n" +
        "hi          3\n\n",
    );
  });

  it("name probes as DTrace does, the function first", async () => {
    const program: Program = {
      version: 1,
      style: "dtrace",
      options: {},
      variables: [],
      aggregations: [],
      clauses: [],
    };
    const probe: ProbeDescription = {
      family: "usdt",
      provider: "shop",
      module: "node",
      function: "handle",
      name: "request__start",
      arguments: [],
    };
    async function* events(): AsyncGenerator<TraceEvent> {
      yield { type: "record", clause: 0, probe, probeId: 3976, cpu: 11, items: [nothing] };
      yield { type: "end", reason: "stopped", status: 0 };
    }
    let text = "";
    const out = {
      write(piece: string): Promise<void> {
        text += piece;
        return Promise.resolve();
      },
    };
    await textReporter().write(events(), { program, out });
    expect(text).toBe(
      "CPU     ID                    FUNCTION:NAME\n 11   3976             handle:request-start \n\n",
    );
  });

  it("are quiet when asked to be, whatever the program says", async () => {
    const records = [[printf(["x\n"]), exit]];
    expect(await play({ options: { quiet: false }, records }, true)).toBe("x\n\n");
  });
});

describe("tables", () => {
  it("show integer keys as they are stored, narrow ones unsigned", async () => {
    const keyed = (name: string, type: Type, key: Int): Filled =>
      aggregation(name, "count", [type], [[[key], 1]]);
    expect(
      await play({
        aggregations: [
          keyed("a", int8, -1),
          keyed("b", uint8, 200),
          keyed("c", int16, -2),
          keyed("d", uint16, 65535),
          keyed("e", int32, -3),
          keyed("f", uint32, 4294967295),
          keyed("g", int64, -4),
          keyed("h", uint64, 18446744073709551611n),
        ],
      }),
    ).toBe(`
 255                1
 200                1
 65534                1
 65535                1
       -3                1
       -1                1
               -4                1
               -5                1
`);
  });

  it("divide as unsigned what is normalized, but for averages", async () => {
    expect(
      await play({
        aggregations: [
          aggregation("s", "sum", [], [[[], -5]], 2),
          aggregation("a", "avg", [], [[[], -5]], 2),
          aggregation("mi", "min", [], [[[], -7]], 2),
          aggregation("ma", "max", [], [[[], -9]], 2),
          aggregation("sd", "stddev", [], [[[], -5, 100]], 2),
          aggregation("c", "count", [], [[[], 1]], 2),
        ],
      }),
    ).toBe(`
 9223372036854775805
               -2
 9223372036854775804
 9223372036854775803
               44
                0
`);
  });

  it("show cleared elements with the value before the first", async () => {
    expect(
      await play({
        aggregations: [
          aggregation("a", "min", [], [[[]]]),
          aggregation("b", "max", [], [[[]]]),
          aggregation("c", "avg", [], [[[]]]),
          aggregation("d", "stddev", [], [[[]]]),
          aggregation("l", lquantize(0, 10), [], [[[]]]),
        ],
      }),
    ).toBe(`
 9223372036854775807
 -9223372036854775808
                0
                0

           value  ------------- Distribution ------------- count    
             < 0 |                                         0        
               0 |                                         0        
               1 |                                         0        

`);
  });

  it("leave out aggregations of which a printa showed something, and only those", async () => {
    const filled = aggregation("a", "count", [string], [[["k"], 1]]);
    const late = aggregation("b", "count", [string], [[["late"], 1]]);
    const empty: Filled = { declaration: late.declaration, snapshot: { name: "b", rows: [] } };
    expect(
      await play({ aggregations: [filled, late], records: [[printa([filled]), printa([empty], [s])]] }),
    ).toBe(
      "\n  k                                                                 1\n" +
        "\n  late                                                              1\n",
    );
  });
});

describe("formats of printa", () => {
  it("divide by the sign of the conversion, averages as unsigned", async () => {
    const aggregations = [
      aggregation("s", "sum", [], [[[], -5]], 2),
      aggregation("a", "avg", [], [[[], -5]], 2),
      aggregation("mi", "min", [], [[[], -7]], 2),
      aggregation("sd", "stddev", [], [[[], -5, 100]], 2),
    ];
    const u: Conversion = { kind: "u", aggregate: true };
    const x: Conversion = { kind: "x", aggregate: true };
    const records = [
      [
        printa(aggregations, [at, "|", at, "|", at, "|", at, "\n"]),
        printa(aggregations, [u, "|", x, "|", u, "|", x, "\n"]),
      ],
    ];
    expect(await play({ records })).toBe(
      "-2|9223372036854775805|-3|44\n9223372036854775805|7ffffffffffffffd|9223372036854775804|2c\n\n",
    );
  });

  it("show the last aggregation again where there are more conversions", async () => {
    const aggregations = [
      aggregation("a", "sum", [string], [[["x"], 3]]),
      aggregation("b", "sum", [string], [[["x"], 1]]),
    ];
    expect(await play({ records: [[printa(aggregations, [s, at, at, at, "\n"])]] })).toBe("x311\n\n");
  });

  it("place a distribution as it is, whatever the width", async () => {
    const q = aggregation("q", "quantize", [string], [[["a"], 5]]);
    const wide: Conversion = { kind: "d", width: 60, aggregate: true };
    expect(await play({ records: [[printa([q], [{ kind: "s", width: 10 }, "|", wide, "|\n"])]] })).toBe(
      `         a|
           value  ------------- Distribution ------------- count    
               2 |                                         0        
               4 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        
               8 |                                         0        
|

`,
    );
  });

  it("show zero, or no data, for keys that an aggregation has not", async () => {
    const aggregations = [
      aggregation("a", "quantize", [string], [[["x"], 3]]),
      aggregation("b", "min", [string], [[["y"], 1]]),
    ];
    expect(await play({ records: [[printa(aggregations)]] })).toBe(`
  y                                                 
           value  ------------- Distribution ------------- count    
              -1 |                                         0        
               0 |                                         0        
               1 |                                         0        
                1
  x                                                 
           value  ------------- Distribution ------------- count    
               1 |                                         0        
               2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        
               4 |                                         0        
                0

`);
  });
});

describe("the order of rows", () => {
  const pair = [
    aggregation(
      "a",
      "sum",
      [string],
      [
        [["x"], 3],
        [["y"], 3],
        [["z"], 1],
      ],
    ),
    aggregation(
      "b",
      "sum",
      [string],
      [
        [["x"], 1],
        [["y"], 0],
        [["z"], 9],
      ],
    ),
  ];
  const format: PrintfFormat = [s, at, at, " "];
  const printed = async (options: ProgramOptions, format_: PrintfFormat = format): Promise<string> =>
    (await play({ options, records: [[printa(pair, format_)]] })).trimEnd();

  it("of several aggregations goes by the first, then the second", async () => {
    expect(await printed({})).toBe("z19 y30 x31");
  });

  it("can go by another aggregation, or reversed", async () => {
    expect(await printed({ sort: { by: "value", position: 2 } })).toBe("y30 x31 z19");
    expect(await printed({ sort: { by: "value", position: 6 } })).toBe("z19 y30 x31");
    expect(await printed({ sort: { by: "value", reverse: true } })).toBe("x31 y30 z19");
    expect(await printed({ sort: { by: "key" } })).toBe("x31 y30 z19");
  });

  it("can go by any key", async () => {
    const keyed = aggregation(
      "a",
      "sum",
      [string, int32, int32],
      [
        [["x", 1, 7], 3],
        [["a", 5, 8], 4],
        [["b", 3, 6], 1],
      ],
    );
    const by = async (position: number): Promise<string> =>
      (
        await play({ options: { sort: { by: "key", position } }, records: [[printa([keyed], [s])]] })
      ).trimEnd();
    expect(await by(1)).toBe("abx");
    expect(await by(2)).toBe("xba");
    expect(await by(3)).toBe("bxa");
    expect(await by(4)).toBe("abx");
  });

  it("of integer keys is unsigned at their width", async () => {
    const bytes = aggregation(
      "a",
      "count",
      [int8],
      [
        [[-1], 1],
        [[5], 1],
        [[-128], 1],
      ],
    );
    expect(await play({ records: [[printa([bytes], [{ kind: "d" }, " "])]] })).toBe("5 -128 -1 \n");
  });

  it("of distributions goes by the sum of their values, then by their zeros", async () => {
    const q = aggregation(
      "q",
      "quantize",
      [string],
      [
        [["a"], 100],
        [["b"], 3, 3],
        [["c"], -1000],
        [["e"], 0, 0],
        [["d"], 0, 0, 0],
      ],
    );
    expect(await play({ records: [[printa([q], [s])]] })).toBe("cedba\n");
    const l = aggregation(
      "l",
      lquantize(0, 100, 10),
      [string],
      [
        [["a"], 50],
        [["over"], 106],
        [["b"], 5, 6],
        [["under"], -6],
      ],
    );
    expect(await play({ records: [[printa([l], [s, " "])]] })).toBe("under b a over \n");
  });

  it("reversed reverses the aggregations at the end, too", async () => {
    const two = [
      aggregation(
        "a",
        "sum",
        [string],
        [
          [["x"], 3],
          [["y"], 4],
        ],
      ),
      aggregation(
        "b",
        "sum",
        [string],
        [
          [["z"], 4],
          [["q"], 5],
        ],
      ),
    ];
    const rows = await play({ options: { sort: { by: "value", reverse: true } }, aggregations: two });
    expect(rows.replaceAll(/ +/g, " ")).toBe("\n q 5\n z 4\n y 4\n x 3\n");
  });
});

describe("the end", () => {
  it("is an empty line, also when stopped or with nothing to show", async () => {
    expect(await play({ records: [], reason: "stopped" })).toBe("\n");
    expect(await play({ records: [], reason: "target" })).toBe("\n");
  });

  it("is silent when the run failed before it had results", async () => {
    expect(await play({ records: [], reason: "failed" })).toBe("");
  });
});

describe("back-pressure", () => {
  it("asks for no event before the last one is written", async () => {
    const program: Program = {
      version: 1,
      style: "dtrace",
      options: { quiet: true },
      variables: [],
      aggregations: [],
      clauses: [],
    };
    const log: string[] = [];
    async function* events(): AsyncGenerator<TraceEvent> {
      for (const n of [1, 2]) {
        log.push(`event ${n}`);
        yield { type: "record", clause: 0, probe: begin, probeId: 1, items: [printf([`${n}\n`])] };
      }
    }
    const out = {
      async write(text: string): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`written ${text.trim()}`);
      },
    };
    await textReporter().write(events(), { program, out });
    expect(log).toEqual(["event 1", "written 1", "event 2", "written 2"]);
  });
});
