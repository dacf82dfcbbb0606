import {
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  string,
  type Conversion,
  type Int,
  type PrintfFormat,
  type ProbeDescription,
  type Program,
  type ProgramOptions,
  type TraceEvent,
  type Type,
} from "@trace/core";
import { describe, expect, it } from "vitest";
import { textReporter } from "../text-reporter.ts";
import {
  begin,
  type Filled,
  aggregation,
  printf,
  printa,
  trace,
  stack,
  nothing,
  exit,
  play,
  s,
  at,
  lquantize,
  beginFrame,
} from "./scenario.ts";

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
  it("asks for no event before much text is written", async () => {
    const program: Program = {
      version: 1,
      style: "dtrace",
      options: { quiet: true },
      variables: [],
      aggregations: [],
      clauses: [],
    };
    const much = ".".repeat(20_000);
    const log: string[] = [];
    async function* events(): AsyncGenerator<TraceEvent> {
      for (const n of [1, 2]) {
        log.push(`event ${n}`);
        yield { type: "record", clause: 0, probe: begin, probeId: 1, items: [printf([`${n}${much}`])] };
      }
    }
    const out = {
      async write(text: string): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        if (text.includes(".")) log.push(`written ${text.slice(0, 1)}`);
      },
    };
    await textReporter().write(events(), { program, out });
    expect(log).toEqual(["event 1", "written 1", "event 2", "written 2"]);
  });
});
