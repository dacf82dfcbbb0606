import {
  emptyState,
  addValue,
  int64,
  string,
  type AggregationSnapshot,
  type Expression,
  type OutputStatement,
  type ProbeDescription,
  type Program,
  type RecordEvent,
  type Sink,
  type TraceEvent,
  type Value,
} from "@trace/core";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { chromeReporter, type ChromeReporterOptions } from "./index.ts";
import { checkTraceEvents, type ChromeEvent } from "./test/check-trace-events.ts";

type Shape = readonly [probe: string, ...values: readonly Expression[]];

const argument = (index: number): Expression => ({ kind: "argument", index, type: int64 });
const text = (index: number): Expression => ({
  kind: "call",
  function: "copyinstr",
  arguments: [argument(index)],
  type: string,
});

const declared: Readonly<Record<string, readonly string[]>> = {
  request__start: ["id", "url"],
  request__done: ["id", "status"],
  phase__begin: ["name"],
  phase__end: ["name"],
  job__queued: ["job"],
  job__taken: ["job"],
};

function usdt(name: string): ProbeDescription {
  const args = (declared[name] ?? []).map((one) => ({ name: one, type: "int64" as const }));
  return { family: "usdt", provider: "shop", module: "", function: "", name, arguments: args };
}

/** A program with a clause for each of `shapes` that prints the values, and events of its run. */
function scenario(...shapes: Shape[]) {
  const probes = new Map(shapes.map(([name]) => [name, usdt(name)]));
  const program: Program = {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: [
      { name: "_", function: { name: "count" }, keys: [string], value: int64 },
      { name: "latency", function: { name: "quantize" }, keys: [], value: int64 },
    ],
    clauses: shapes.map(([name, ...values]) => ({
      points: [{ kind: "usdt", provider: "", module: "", function: "", name }],
      body: [
        values.length === 0
          ? { kind: "default" }
          : {
              kind: "printf",
              format: values.flatMap(() => [{ kind: "d" } as const, " "]),
              arguments: values,
            },
      ],
    })),
  };
  const ready: TraceEvent = {
    type: "ready",
    backend: "embedded",
    attached: [...probes.values()],
    unmatched: [],
  };
  return {
    program,
    ready,
    fire(name: string, time: number | undefined, values: readonly Value[] = [], tid = 11): RecordEvent {
      const clause = shapes.findIndex(([one]) => one === name);
      const statement = program.clauses[clause]?.body[0] as OutputStatement;
      return {
        type: "record",
        clause,
        probe: probes.get(name)!,
        probeId: 1,
        ...(time === undefined ? {} : { time }),
        pid: 10,
        tid,
        items: [{ statement, values }],
      };
    },
  };
}

async function* from(events: readonly TraceEvent[]): AsyncGenerator<TraceEvent> {
  yield* events;
}

async function write(
  program: Program,
  events: readonly TraceEvent[],
  options: ChromeReporterOptions = {},
): Promise<string> {
  let written = "";
  const out: Sink = {
    write: (piece) => {
      written += piece;
      return Promise.resolve();
    },
  };
  const reporter = chromeReporter({ names: () => undefined, now: () => 5_000_000, ...options });
  await reporter.write(from(events), { program, out });
  return written;
}

/** The events written, checked, less metadata and summary; and the summary. */
async function trace(program: Program, events: readonly TraceEvent[], options: ChromeReporterOptions = {}) {
  const all = JSON.parse(await write(program, events, options)) as ChromeEvent[];
  expect(checkTraceEvents(all)).toEqual([]);
  return {
    all,
    events: all.filter(({ ph, name }) => ph !== "M" && name !== "trace summary"),
    summary: all.find(({ name }) => name === "trace summary")?.args,
  };
}

const phases = scenario(["phase__begin", argument(0)], ["phase__end"]);

describe("spans", () => {
  test("entry and return on a thread are a complete event, in microseconds with fractions", async () => {
    const { program, ready, fire } = phases;
    const written = await trace(program, [
      ready,
      fire("phase__begin", 1_000_001, [7]),
      fire("phase__begin", 1_000_500, [8]),
      fire("phase__end", 1_002_000),
      fire("phase__end", 3_000_000),
    ]);
    const common = { name: "phase", cat: "shop", ph: "X", pid: 10, tid: 11 };
    expect(written.events).toEqual([
      { ...common, ts: 1000.5, dur: 1.5, args: { name: 8 } },
      { ...common, ts: 1000.001, dur: 1999.999, args: { name: 7 } },
    ]);
    expect(written.summary).toMatchObject({ backend: "embedded", spans: 2, endsWithoutBegin: 0 });
  });

  test("a pair with a key is asynchronous, on any thread", async () => {
    const { program, ready, fire } = scenario(
      ["request__start", argument(0), text(1)],
      ["request__done", argument(0), argument(1)],
    );
    const { events, summary } = await trace(program, [
      ready,
      fire("request__start", 1000, [1, "/a"], 11),
      fire("request__start", 2000, [2, "/b"], 11),
      fire("request__done", 3000, [1, 200], 12),
      fire("request__done", 4000, [2, 500], 11),
    ]);
    expect(events.map(({ ph, id2, ts, tid, args }) => [ph, id2?.local, ts, tid, args])).toEqual([
      ["b", "0x1", 1, 11, { id: 1, url: "/a" }],
      ["b", "0x2", 2, 11, { id: 2, url: "/b" }],
      ["e", "0x1", 3, 12, { id: 1, status: 200 }],
      ["e", "0x2", 4, 11, { id: 2, status: 500 }],
    ]);
    expect(events[0]).toMatchObject({ name: "request", cat: "shop", scope: "request" });
    expect(summary).toMatchObject({ asyncSpans: 2, beginsWithoutEnd: 0 });
  });

  test("ends without begin are instants, begins without end stay open, both are counted", async () => {
    const { program, ready, fire } = phases;
    const { events, summary } = await trace(program, [
      ready,
      fire("phase__end", 1000),
      fire("phase__begin", 2000, [1]),
    ]);
    expect(events.map(({ ph, name }) => [ph, name])).toEqual([
      ["i", "phase-end"],
      ["B", "phase"],
    ]);
    expect(summary).toMatchObject({ endsWithoutBegin: 1, beginsWithoutEnd: 1 });
  });

  test("an end inside out closes what is inside", async () => {
    const { program, ready, fire } = scenario(["a__begin"], ["a__end"], ["b__begin"], ["b__end"]);
    const { events, summary } = await trace(program, [
      ready,
      fire("a__begin", 1000),
      fire("b__begin", 2000),
      fire("a__end", 3000),
      fire("b__end", 4000),
    ]);
    expect(events.map(({ ph, name, ts, dur }) => [ph, name, ts, dur])).toEqual([
      ["X", "b", 2, 1],
      ["X", "a", 1, 2],
      ["i", "b-end", 4, undefined],
    ]);
    expect(summary).toMatchObject({ spansCutShort: 1, endsWithoutBegin: 1 });
  });

  test("two clauses at one firing begin one span", async () => {
    const { program, ready, fire } = scenario(["phase__begin"], ["phase__end"]);
    const twice: Program = { ...program, clauses: [...program.clauses, program.clauses[0]!] };
    const begin = fire("phase__begin", 1000);
    const { events } = await trace(twice, [ready, begin, { ...begin, clause: 2 }, fire("phase__end", 2000)]);
    expect(events.map(({ ph }) => ph)).toEqual(["i", "X"]);
  });

  test("past the bound the outermost is written without its end", async () => {
    const { program, ready, fire } = phases;
    const begins = Array.from({ length: 5 }, (_, at) => fire("phase__begin", 1000 * (at + 1), [at]));
    const { events, summary } = await trace(program, [ready, ...begins, fire("phase__end", 9000)], {
      maxOpenSpans: 3,
    });
    expect(events.map(({ ph, args }) => [ph, args?.["name"]])).toEqual([
      ["B", 0],
      ["B", 1],
      ["X", 4],
      ["B", 2],
      ["B", 3],
    ]);
    expect(summary).toMatchObject({ spansForgotten: 2, beginsWithoutEnd: 4 });
  });

  test("a declared pair, named by a value", async () => {
    const { program, ready, fire } = scenario(["job__queued", text(0)], ["job__taken", text(0)]);
    const spans = [{ begin: "job-queued", end: "job-taken", nameValue: "job", key: "job" }];
    const { events } = await trace(
      program,
      [ready, fire("job__queued", 1000, ["mail"]), fire("job__taken", 2000, ["mail"], 12)],
      { spans },
    );
    expect(events.map(({ ph, name }) => [ph, name])).toEqual([
      ["b", "mail"],
      ["e", "mail"],
    ]);
    expect(events[0]?.id2).toEqual(events[1]?.id2);
  });
});

test("flows are arrows from slice to slice", async () => {
  const { program, ready, fire } = scenario(["job__queued", argument(0)], ["job__taken", argument(0)]);
  const { events } = await trace(
    program,
    [ready, fire("job__queued", 1000, [5]), fire("job__taken", 2000, [5], 12)],
    { flows: [{ name: "job", probes: ["job-queued", "job-taken"], key: "job" }] },
  );
  expect(events.map(({ ph, tid, ts }) => [ph, tid, ts])).toEqual([
    ["X", 11, 1],
    ["s", 11, 1],
    ["X", 12, 2],
    ["f", 12, 2],
  ]);
  expect(events[1]?.id).toBe(events[3]?.id);
});

describe("arguments", () => {
  test("declared names, arg0, v1, and the text where it says more than the values", async () => {
    const { program, ready, fire } = scenario(["checkout", argument(0), argument(3)]);
    const format = ["paid ", { kind: "d" as const }, " cents\n"];
    const sum: Expression = {
      kind: "binary",
      operator: "+",
      left: argument(0),
      right: argument(1),
      type: int64,
    };
    const statement: OutputStatement = { kind: "printf", format, arguments: [sum] };
    const record = fire("checkout", 1, [1, 2]);
    const { events } = await trace(program, [
      ready,
      record,
      { ...record, items: [...record.items, { statement, values: [99] }] },
    ]);
    expect(events.map(({ ph, name, args }) => [ph, name, args])).toEqual([
      ["i", "checkout", { arg0: 1, arg3: 2 }],
      ["i", "checkout", { arg0: 1, arg3: 2, v2: 99, text: "paid 99 cents" }],
    ]);
  });

  test("64-bit integers stay exact; bytes that are no text and lone surrogates do no harm", async () => {
    const { program, ready, fire } = scenario(["checkout", argument(0), argument(1)]);
    const values = [18446744073709551615n, 'q"\\\n\u0000\udc80\ud800é😀'];
    const written = await write(program, [ready, fire("checkout", 1, values)]);
    expect(written.isWellFormed()).toBe(true);
    expect(written).not.toMatch(/\\ud[89a-f]/i);
    const [event] = (JSON.parse(written) as ChromeEvent[]).filter(({ name }) => name === "checkout");
    expect(event?.args).toEqual({ arg0: "18446744073709551615", arg1: 'q"\\\n\u0000\\x80\ufffdé😀' });
  });

  test("a stack goes outermost first, as the format has it", async () => {
    const { program, ready, fire } = scenario(["checkout"]);
    const stack = {
      frames: [
        { address: 16, module: "app", symbol: "inner", offset: 4 },
        { address: 32, module: "app", symbol: "outer" },
      ],
    };
    const statement: OutputStatement = { kind: "stack", space: "user", depth: 20 };
    const record = { ...fire("checkout", 1), items: [{ statement, values: [stack] }] };
    const { events } = await trace(program, [ready, record]);
    expect(events[0]).toMatchObject({
      stack: ["app`outer", "app`inner+0x4"],
      args: { stack: "app`inner+0x4\napp`outer" },
    });
  });
});

describe("counters", () => {
  const { program, ready } = phases;
  const counts = (...rows: [string, number][]): AggregationSnapshot => ({
    name: "_",
    rows: rows.map(([key, n]) => ({ keys: [key], state: { kind: "count", n } })),
  });

  test("a series for each key, over time", async () => {
    let now = 1000;
    const aggregation = (snapshot: AggregationSnapshot): TraceEvent => ({
      type: "aggregation",
      aggregations: [snapshot],
      final: false,
    });
    const { events } = await trace(
      program,
      [ready, aggregation(counts(["DE", 1])), aggregation(counts(["DE", 3], ["FR", 1]))],
      { now: () => (now += 1000) },
    );
    expect(events.map(({ ph, name, ts, args }) => [ph, name, ts, args])).toEqual([
      ["C", "@", 2, { DE: 1 }],
      ["C", "@", 3, { DE: 3, FR: 1 }],
    ]);
  });

  test("a distribution is a series for each bucket; printa shows it at the firing", async () => {
    const state = emptyState({ name: "quantize" });
    for (const value of [0, 5, 6, 100]) addValue({ name: "quantize" }, state, value);
    const statement: OutputStatement = { kind: "printa", aggregations: ["latency"] };
    const aggregations = [{ name: "latency", rows: [{ keys: [], state }] }];
    const tick: ProbeDescription = { ...usdt("tick-1sec"), family: "timer" };
    const fired = phases.fire("phase__end", 7000);
    const record = { ...fired, probe: tick, items: [{ statement, values: [], aggregations }] };
    const { events } = await trace(program, [ready, record]);
    expect(events).toMatchObject([
      { ph: "C", name: "@latency", ts: 7, args: { "0": 1, "4 .. 7": 2, "64 .. 127": 1 } },
    ]);
  });

  test("more keys than a chart can show are left out, and counted", async () => {
    const rows = Array.from({ length: 70 }, (_, at): [string, number] => [`key ${at}`, at]);
    const { events, summary } = await trace(program, [
      ready,
      { type: "aggregation", aggregations: [counts(...rows)], final: true },
    ]);
    expect(Object.keys(events[0]?.args ?? {})).toHaveLength(64);
    expect(summary).toMatchObject({ seriesLeftOut: 6 });
  });
});

test("losses, messages and the end are told", async () => {
  const { program, ready } = phases;
  const { events, summary } = await trace(program, [
    ready,
    { type: "lost", what: "records", count: 3, reason: "buffer full" },
    { type: "diagnostic", diagnostic: { code: "RUNTIME_X", severity: "error", message: "bad address" } },
    { type: "text", text: "attached\n" },
    { type: "end", reason: "exit", status: 4 },
  ]);
  expect(events.map(({ name, s, args }) => [name, s, args])).toEqual([
    ["lost 3 records", "g", { detail: "buffer full" }],
    ["bad address", "g", { detail: "RUNTIME_X" }],
    ["text", "g", { detail: "attached" }],
  ]);
  expect(summary).toMatchObject({ end: "exit", status: 4, lostRecords: 3 });
});

test("events without a time come at the time of the last that had one, plus what passed since", async () => {
  const { program, ready, fire } = scenario(["checkout"]);
  let now = 0;
  const { events, summary } = await trace(
    program,
    [ready, fire("checkout", undefined), fire("checkout", 50_000_000), fire("checkout", undefined)],
    { now: () => (now += 1000) },
  );
  expect(events.map(({ ts }) => ts)).toEqual([1, 50_000, 50_001]);
  expect(summary).toMatchObject({ eventsWithoutTime: 2 });
});

test("processes and threads are named once", async () => {
  const { program, ready, fire } = scenario(["checkout"]);
  const { all } = await trace(
    program,
    [ready, fire("checkout", 1), fire("checkout", 2), fire("checkout", 3, [], 12)],
    {
      names: (pid, tid) => (tid === undefined ? `app ${pid}` : `thread ${tid}`),
    },
  );
  expect(
    all.filter(({ ph }) => ph === "M").map(({ name, tid, args }) => [name, tid, args?.["name"]]),
  ).toEqual([
    ["process_name", 10, "app 10"],
    ["thread_name", 11, "thread 11"],
    ["thread_name", 12, "thread 12"],
  ]);
});

test("the object form says the same about the whole in otherData", async () => {
  const { program, ready, fire } = phases;
  const written = JSON.parse(await write(program, [ready, fire("phase__end", 1)], { form: "object" })) as {
    traceEvents: ChromeEvent[];
    displayTimeUnit: string;
    otherData: Record<string, unknown>;
  };
  expect(checkTraceEvents(written.traceEvents)).toEqual([]);
  expect(written.displayTimeUnit).toBe("ns");
  expect(written.otherData).toMatchObject({ backend: "embedded", endsWithoutBegin: 1 });
});

test("cut off anywhere between two writes it is an array that lacks only its end", async () => {
  const { program, ready, fire } = phases;
  const pieces: string[] = [];
  const events = Array.from({ length: 5000 }, (_, at) =>
    fire(at % 2 ? "phase__end" : "phase__begin", at, []),
  );
  await chromeReporter({ names: () => undefined }).write(from([ready, ...events]), {
    program,
    out: { write: (piece) => Promise.resolve(void pieces.push(piece)) },
  });
  expect(pieces.length).toBeGreaterThan(2);
  for (let count = 1; count < pieces.length; count++)
    expect(JSON.parse(`${pieces.slice(0, count).join("")}]`)).not.toHaveLength(0);
});

test("a reader that never reads holds the source up", async () => {
  const { program, ready, fire } = phases;
  let taken = 0;
  async function* endless(): AsyncGenerator<TraceEvent> {
    yield ready;
    for (;;) yield fire("phase__end", ++taken);
  }
  const blocked = new Promise<number>((resolve) => {
    const out: Sink = {
      write: () => {
        // Long enough for a reporter that does not wait to go on.
        setImmediate(() => resolve(taken));
        return new Promise(() => {});
      },
    };
    void chromeReporter({ names: () => undefined }).write(endless(), { program, out });
  });
  expect(await blocked).toBeLessThan(2000);
  const before = taken;
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBe(before);
});

const names = ["phase__begin", "phase__end", "request__start", "request__done", "checkout"] as const;
const firing = fc.tuple(
  fc.constantFrom(...names),
  fc.option(fc.nat(1_000_000), { nil: undefined }),
  fc.array(fc.oneof(fc.integer(), fc.bigInt(), fc.string({ unit: "binary" })), { maxLength: 3 }),
  fc.integer({ min: 1, max: 3 }),
);

property.prop([fc.array(firing, { maxLength: 60 }), fc.integer({ min: 1, max: 5 })])(
  "any firings in order make a document that keeps the rules",
  async (firings, maxOpenSpans) => {
    const { program, ready, fire } = scenario(
      ["phase__begin"],
      ["phase__end"],
      ["request__start", argument(0)],
      ["request__done", argument(0)],
      ["checkout", text(0)],
    );
    let time = 0;
    const events = firings.map(([name, step, values, tid]) =>
      fire(name, step === undefined ? undefined : (time += step), values, tid),
    );
    await trace(program, [ready, ...events], { maxOpenSpans, now: () => time });
  },
);
