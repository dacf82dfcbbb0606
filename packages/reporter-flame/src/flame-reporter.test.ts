import { gunzipSync } from "node:zlib";
import {
  int64,
  string,
  type AggregationSnapshot,
  type Int,
  type OutputStatement,
  type ProbeDescription,
  type Program,
  type RecordEvent,
  type Sink,
  type Stack,
  type StackType,
  type TraceEvent,
  type Value,
} from "@trace/core";
import { Profile } from "pprof-format";
import { describe, expect, test } from "vitest";
import { flameReporter, type FlameReporterOptions } from "./index.ts";

const userStack: StackType = { kind: "stack", space: "user", depth: 20 };
const kernelStack: StackType = { kind: "stack", space: "kernel", depth: 20 };

/** A stack of named frames, innermost first. */
const stack = (...symbols: string[]): Stack => ({
  frames: symbols.map((symbol, index) => ({ address: 4096 + index, module: "/bin/app", symbol })),
});

const probe = (name: string, more: Partial<ProbeDescription> = {}): ProbeDescription => ({
  family: "function",
  provider: "pid",
  module: "app",
  function: "",
  name,
  arguments: [],
  ...more,
});

const outputs: readonly OutputStatement[] = [
  { kind: "default" },
  { kind: "default" },
  { kind: "trace", value: { kind: "argument", index: 0, type: int64 } },
  { kind: "trace", value: { kind: "argument", index: 0, type: int64 } },
  { kind: "stack", space: "user", depth: 20 },
];

const program: Program = {
  version: 1,
  style: "dtrace",
  options: {},
  variables: [],
  aggregations: [
    { name: "_", function: { name: "count" }, keys: [string, kernelStack, userStack], value: int64 },
    { name: "bytes", function: { name: "sum" }, keys: [userStack], value: int64 },
    { name: "plain", function: { name: "count" }, keys: [string, string], value: int64 },
  ],
  clauses: [
    {
      points: [{ kind: "function", space: "user", at: "entry", module: "", function: "" }],
      body: [outputs[0]!],
    },
    {
      points: [{ kind: "function", space: "user", at: "return", module: "", function: "" }],
      body: [outputs[1]!],
    },
    { points: [usdtPoint("pay__start")], body: [outputs[2]!] },
    { points: [usdtPoint("pay__done")], body: [outputs[3]!] },
    { points: [usdtPoint("tick")], body: [outputs[4]!] },
  ],
};

function usdtPoint(name: string) {
  return { kind: "usdt", provider: "", module: "", function: "", name } as const;
}

const usdt = (name: string) => probe(name, { family: "usdt", provider: "shop", module: "" });
const functions = ["f", "g"].flatMap((name) => [
  probe("entry", { function: name }),
  probe("return", { function: name }),
]);
const named = [usdt("pay__start"), usdt("pay__done"), usdt("tick")];
const ready: TraceEvent = {
  type: "ready",
  backend: "test",
  attached: [...functions, ...named],
  unmatched: [],
};

function record(
  clause: number,
  of: ProbeDescription,
  time: number,
  values: Value[] = [],
  tid = 1,
): RecordEvent {
  const items = [{ statement: outputs[clause]!, values }];
  return { type: "record", clause, probe: of, probeId: 1, time, pid: 9, tid, items };
}

const call = (name: "f" | "g", at: "entry" | "return", time: number, tid = 1): RecordEvent =>
  record(
    at === "entry" ? 0 : 1,
    functions.find((one) => one.function === name && one.name === at)!,
    time,
    [],
    tid,
  );

const final = (...aggregations: AggregationSnapshot[]): TraceEvent => ({
  type: "aggregation",
  aggregations,
  final: true,
});

const counts = (...rows: [Value[], Int][]): AggregationSnapshot => ({
  name: "_",
  rows: rows.map(([keys, n]) => ({ keys, state: { kind: "count", n } })),
});

async function* from(events: readonly TraceEvent[]): AsyncGenerator<TraceEvent> {
  yield* events;
}

async function bytes(events: readonly TraceEvent[], options: FlameReporterOptions): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const out: Sink = {
    write: (text) => Promise.resolve(void pieces.push(Buffer.from(text))),
    writeBytes: (piece) => Promise.resolve(void pieces.push(Buffer.from(piece))),
  };
  await flameReporter(options).write(from([ready, ...events]), { program, out });
  return Buffer.concat(pieces);
}

const write = async (events: readonly TraceEvent[], options: FlameReporterOptions): Promise<string> =>
  (await bytes(events, options)).toString();

const collapsed = async (
  events: readonly TraceEvent[],
  options: FlameReporterOptions = {},
): Promise<string[]> => (await write(events, { ...options, format: "collapsed" })).split("\n").slice(0, -1);

const sampled = final(
  counts(
    [["app", stack("do_read", "sys_read"), stack("read", "main")], 3],
    [["app", stack(), stack("work;er\n", "main")], 4],
    [["other", stack(), stack("main")], 9007199254740993n],
  ),
);

describe("aggregations", () => {
  test("keys are the outermost frames, the kernel's stack is the innermost", async () => {
    expect(await collapsed([sampled])).toEqual([
      "app;main;read;sys_read;do_read 3",
      "app;main;work:er 4",
      "other;main 9007199254740993",
    ]);
  });

  test("two with stacks are told apart; one without is shown when it is asked for", async () => {
    const others = [
      { name: "bytes", rows: [{ keys: [stack("main")], state: { kind: "sum", sum: 512 } as const }] },
      { name: "plain", rows: [{ keys: ["a", "b"], state: { kind: "count", n: 2 } as const }] },
    ];
    const all = final(counts([["app", stack(), stack("main")], 1]), ...others);
    expect(await collapsed([all])).toEqual(["@;app;main 1", "@bytes;main 512"]);
    expect(await collapsed([all], { aggregation: "plain" })).toEqual(["a;b 2"]);
  });

  test("addresses without a symbol are named by the perf map of the process", async () => {
    const asked: number[] = [];
    const unknown: Stack = { frames: [{ address: 0x1004 }, { address: 0x9000, module: "/lib/libc.so.6" }] };
    const lines = await collapsed([final(counts([["app", stack(), unknown], 1]))], {
      pid: 77,
      perfMapPaths: (pid) => {
        asked.push(pid);
        return ["/nonexistent"];
      },
    });
    expect(lines).toEqual(["app;[libc.so.6];0x1004 1"]);
    expect(asked).toContain(77);
  });
});

describe("records", () => {
  test("a stack that is printed is a sample", async () => {
    const tick = record(4, named[2]!, 5, [stack("inner", "main")]);
    expect(await collapsed([tick, tick])).toEqual(["main;inner 2"]);
  });

  test("entry and return are calls: what each took itself, by call path and thread", async () => {
    const lines = await collapsed([
      call("f", "entry", 1000),
      call("g", "entry", 1100),
      call("g", "entry", 5000, 2),
      call("g", "return", 1400),
      call("g", "return", 5050, 2),
      call("g", "entry", 1500),
      call("g", "return", 1600),
      call("f", "return", 2000),
    ]);
    expect(lines).toEqual(["f 600", "f;g 400", "g 50"]);
  });

  test("a return that was missed ends with the call around it; returns without entry count for nothing", async () => {
    const lines = await collapsed([
      call("g", "return", 900),
      call("f", "entry", 1000),
      call("g", "entry", 1200),
      call("f", "return", 2000),
      call("f", "entry", 3000),
    ]);
    expect(lines).toEqual(["f 200", "f;g 800"]);
  });

  test("spans with a key overlap, and nest in nothing", async () => {
    const lines = await collapsed([
      record(2, named[0]!, 100, [1]),
      record(2, named[0]!, 200, [2]),
      record(3, named[1]!, 400, [1]),
      record(3, named[1]!, 900, [2], 3),
    ]);
    expect(lines).toEqual(["pay 1000"]);
  });

  test("recursion without end neither overflows nor grows without bound", async () => {
    const deep = 50_000;
    const events = [
      ...Array.from({ length: deep }, (_, at) => call("f", "entry", at)),
      ...Array.from({ length: deep }, (_, at) => call("f", "return", deep + at)),
    ];
    const lines = await collapsed(events);
    expect(lines.length).toBeLessThanOrEqual(1000);
    const total = lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    expect(total).toBe(2 * deep - 1);
  });
});

test("paths past the bound are one, and nothing is lost", async () => {
  const rows = Array.from({ length: 50 }, (_, at): [Value[], Int] => [["app", stack(), stack(`f${at}`)], 1]);
  expect(await collapsed([final(counts(...rows))], { maxNodes: 4 })).toEqual([
    "app;f0 1",
    "app;f1 1",
    "app;f2 1",
    "app;[other] 47",
  ]);
});

test("speedscope: samples of shared frames, with weights", async () => {
  const file = JSON.parse(
    await write([sampled, call("f", "entry", 10), call("f", "return", 30)], {
      format: "speedscope",
      title: 'a "title"',
    }),
  ) as {
    $schema: string;
    name: string;
    shared: { frames: { name: string; file?: string }[] };
    profiles: {
      type: string;
      name: string;
      unit: string;
      samples: number[][];
      weights: number[];
      endValue: number;
    }[];
  };
  expect(file.$schema).toBe("https://www.speedscope.app/file-format-schema.json");
  expect(file.name).toBe('a "title"');
  expect(file.profiles.map(({ type, name, unit }) => [type, name, unit])).toEqual([
    ["sampled", "@", "none"],
    ["sampled", "calls", "nanoseconds"],
  ]);
  const [first, second] = file.profiles;
  const names = first!.samples.map((sample) => sample.map((index) => file.shared.frames[index]?.name));
  expect(names[0]).toEqual(["app", "main", "read", "sys_read", "do_read"]);
  expect(first!.weights.slice(0, 2)).toEqual([3, 4]);
  expect(second!.endValue).toBe(20);
});

test("pprof: a reader finds the same stacks, innermost first", async () => {
  const file = await bytes([sampled, call("f", "entry", 10), call("f", "return", 30)], { format: "pprof" });
  const {
    sample,
    location,
    function: fns,
    stringTable,
    sampleType,
    mapping,
  } = Profile.decode(gunzipSync(file));
  const text = (index: number | bigint): string => stringTable.strings[Number(index)] ?? "";
  expect(sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
    ["@", "count"],
    ["calls", "nanoseconds"],
  ]);
  const functionName = (id: number | bigint): string => {
    const line = location.find((one) => one.id === id)?.line[0];
    return text(fns.find((fn) => fn.id === line?.functionId)?.name ?? 0);
  };
  const stacks = sample.map(({ locationId, value }) => [locationId.map(functionName), value.map(BigInt)]);
  expect(stacks[0]).toEqual([
    ["do_read", "sys_read", "read", "main", "app"],
    [3n, 0n],
  ]);
  expect(stacks.at(-1)).toEqual([["f"], [0n, 20n]]);
  expect(mapping.map(({ filename }) => text(filename))).toEqual(["/bin/app"]);
});

test("pprof needs a sink for bytes, and says so before it takes events", async () => {
  const out: Sink = { write: () => Promise.resolve() };
  const written = flameReporter({ format: "pprof" }).write(from([]), { program, out });
  await expect(written).rejects.toMatchObject({ code: "SINK_TEXT_ONLY" });
});

test("nothing recorded is an empty document of each format", async () => {
  expect(await collapsed([])).toEqual([]);
  expect(JSON.parse(await write([], { format: "speedscope" }))).toMatchObject({ profiles: [] });
  expect(await write([], { format: "svg" })).toContain("nothing was recorded");
  expect(Profile.decode(gunzipSync(await bytes([], { format: "pprof" }))).sample).toEqual([]);
});
