/** What is written is read again, whatever it is; and what is damaged says where. */
import {
  decodeText,
  int64,
  string,
  TraceError,
  type Program,
  type TraceEvent,
  type Value,
} from "@trace/core";
import { addValue, emptyState, type AggregatingFunction, type ProbeDescription } from "@trace/core";
import { describe, expect, it } from "vitest";
import type { RecordingFacts } from "./facts.ts";
import { gatherFacts } from "./gather-facts.ts";
import { LineEncoder } from "./line-encoder.ts";
import { readRecording, type Recording } from "./read-recording.ts";

const functions: readonly AggregatingFunction[] = [
  { name: "count" },
  { name: "sum" },
  { name: "avg" },
  { name: "min" },
  { name: "max" },
  { name: "stddev" },
  { name: "quantize" },
  { name: "lquantize", low: -10, high: 100, step: 7 },
  { name: "llquantize", factor: 10, low: 0, high: 6, steps: 20 },
];

const argument = { kind: "argument", index: 0, type: int64 } as const;
const program: Program = {
  version: 1,
  style: "dtrace",
  options: { quiet: true },
  variables: [],
  aggregations: functions.map((fn) => ({
    name: fn.name,
    function: fn,
    keys: [string, int64],
    value: int64,
  })),
  clauses: [
    {
      points: [{ kind: "usdt", provider: "shop*", module: "", function: "", name: "" }],
      body: [
        { kind: "printf", format: ["a ", { kind: "d" }, "\n"], arguments: [argument] },
        { kind: "printa", aggregations: functions.map(({ name }) => name) },
        { kind: "trace", value: argument },
        { kind: "stack", space: "user", depth: 5 },
        { kind: "default" },
        { kind: "exit", status: argument },
      ],
    },
  ],
};

const probe: ProbeDescription = {
  family: "usdt",
  provider: "shop",
  module: "node",
  function: "",
  name: "request__done",
  arguments: [{ name: "url", type: "string" }, { type: "int64" }],
  pid: process.pid,
  path: "/tmp/shop.so",
};

const values: readonly Value[] = [
  0,
  -9007199254740991,
  9007199254740992n,
  2n ** 64n - 1n,
  -(2n ** 63n),
  'h\u00e9 "quoted" \n\u2028',
  decodeText(Uint8Array.of(0x61, 0xff, 0x80)),
  { float: 0.1 },
  { float: NaN },
  { float: -0 },
  { frames: [{ address: 2n ** 63n, module: "node", symbol: "main", offset: 4 }, { address: 12 }] },
];

const snapshots = functions.map((fn) => {
  const rows = ["a", "\udcff"].map((key, number) => {
    const state = emptyState(fn);
    for (const value of [-(2n ** 63n), -11, -1, 0, 1, 7, 250, 2 ** 40, 2n ** 63n - 1n].slice(number * 9 && 8))
      addValue(fn, state, value);
    return { keys: [key, -1], state };
  });
  return { name: fn.name, rows: [...rows, { keys: ["none", 0], state: emptyState(fn) }], normalization: 3 };
});

function statement(
  index: number,
): NonNullable<Extract<TraceEvent, { type: "record" }>["items"][0]>["statement"] {
  return program.clauses[0]?.body[index] as never;
}

const events: readonly TraceEvent[] = [
  {
    type: "ready",
    backend: "embedded",
    attached: [probe],
    unmatched: [{ kind: "usdt", provider: "x", module: "", function: "", name: "y", optional: true }],
  },
  {
    type: "record",
    clause: 0,
    probe,
    probeId: 4,
    time: 123456789012,
    cpu: 1,
    pid: process.pid,
    tid: process.pid,
    items: [
      { statement: statement(0), values: [5] },
      { statement: statement(1), values: [], aggregations: snapshots },
      ...values.map((value) => ({ statement: statement(2), values: [value] })),
      { statement: statement(3), values: [] },
      { statement: statement(4), values: [] },
      { statement: statement(5), values: [3] },
    ],
  },
  { type: "record", clause: 0, probe: { ...probe, name: "late" }, probeId: 5, items: [] },
  { type: "record", clause: 0, probe: { ...probe }, probeId: 4, items: [] },
  { type: "text", text: "words\n" },
  { type: "lost", what: "records", count: 132, reason: "full" },
  {
    type: "diagnostic",
    diagnostic: { code: "X", severity: "warning", message: "m", span: { start: 1, end: 2 }, hint: "h" },
  },
  { type: "aggregation", aggregations: snapshots, final: true },
  { type: "end", reason: "exit", status: 3 },
];

function write(list: readonly TraceEvent[], facts?: RecordingFacts, of: Program = program): string {
  const encoder = new LineEncoder(of, facts);
  return encoder.first() + list.map((event) => encoder.encode(event)).join("");
}

async function* inPieces(text: string, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size?: number): Promise<[Recording, TraceEvent[]]> {
  const recording = await readRecording("a.ndjson", inPieces(text, size));
  const list: TraceEvent[] = [];
  for await (const event of recording.events) list.push(event);
  return [recording, list];
}

/** Rows are ordered when they are written, and Maps have an order of their own. */
function comparable(list: readonly TraceEvent[]): unknown {
  return JSON.parse(
    JSON.stringify(list, (_, value: unknown) => {
      if (typeof value === "bigint") return `${value}n`;
      if (Object.is(value, -0)) return "-0";
      if (Number.isNaN(value)) return "NaN";
      if (value instanceof Map) return [...value].sort(([a], [b]) => Number(a) - Number(b));
      return value;
    }),
    (key, value: unknown) =>
      key === "rows" && Array.isArray(value) ? value.map((row) => JSON.stringify(row)).sort() : value,
  );
}

describe("a recording", () => {
  it.each([1, 7, 100_000])("gives the same events again, read %i bytes at a time", async (size) => {
    const [recording, list] = await read(write(events), size);
    expect(recording.program).toEqual(program);
    expect(recording.ready).toEqual(events[0]);
    expect(comparable(list)).toEqual(comparable(events));
  });

  it("is the same when what was read of it is written again", async () => {
    const text = write(events);
    const [recording, list] = await read(text);
    expect(write(list, undefined, recording.program)).toBe(text);
  });

  it("has one object for a probe, wherever it is mentioned", async () => {
    const [recording, list] = await read(write(events));
    const probes = list.flatMap((event) => (event.type === "record" ? [event.probe] : []));
    expect(probes[0]).toBe(recording.ready?.attached[0]);
    expect(probes[2]).toBe(probes[0]);
  });

  it("keeps the script, the host, and who was traced when", async () => {
    const script = { name: "x.d", text: "BEGIN", language: "d", arguments: ["1"] };
    const facts = gatherFacts(script);
    const [recording] = await read(write(events, facts));
    expect(recording.script).toEqual(script);
    expect(recording.host).toEqual(facts.host);
    expect(recording.processes.get(process.pid)).toEqual(facts.process(process.pid));
    expect(recording.processes.get(process.pid)?.ppid).toBe(process.ppid);
    expect(recording.threads.get(process.pid)).toBe(facts.thread(process.pid, process.pid));
    expect(recording.times.end).toBeGreaterThanOrEqual(recording.times.ready ?? Infinity);
    expect(Number(recording.host?.clock.monotonic)).toBeLessThanOrEqual(recording.times.ready ?? 0);
  });

  it("may have lines and fields that this version does not know", async () => {
    const lines = write(events).split("\n");
    lines.splice(2, 0, '{"type":"weather","rain":true}');
    lines[1] = lines[1]?.replace("{", '{"more":[1],') ?? "";
    const [, list] = await read(lines.join("\n"));
    expect(comparable(list)).toEqual(comparable(events));
  });
});

describe("a damaged recording", () => {
  const lines = write(events).trimEnd().split("\n");
  const damage = async (change: (lines: string[]) => void, end = "\n"): Promise<TraceEvent[]> => {
    const changed = [...lines];
    change(changed);
    const [, list] = await read(changed.join("\n") + end);
    return list;
  };
  const messageOf = (list: readonly TraceEvent[]): string | undefined => {
    const found = list.find((event) => event.type === "diagnostic" && event.diagnostic.code !== "X");
    return found?.type === "diagnostic" ? found.diagnostic.message : undefined;
  };

  it("gives what was before, a finding, and an end", async () => {
    const list = await damage((all) => (all[3] = all[3]?.slice(0, 40) ?? ""));
    expect(list.map(({ type }) => type)).toEqual(["ready", "diagnostic", "end"]);
    expect(list[1]).toMatchObject({
      diagnostic: { code: "RECORDING_MALFORMED", message: "a.ndjson, line 4: it is no JSON" },
    });
    expect(list[2]).toEqual({ type: "end", reason: "failed", status: 1 });
  });

  it("tells one that was cut off from one that is wrong", async () => {
    expect(messageOf(await damage((all) => all.splice(-1)))).toMatch(
      /^a.ndjson, line \d+: .*cut off.*no end/,
    );
    expect(messageOf(await damage((all) => all.splice(-1), '\n{"type":"en'))).toMatch(
      /cut off in the middle/,
    );
  });

  it.each([
    ["a value", '"values":[5]', '"values":[[0]]', /\[0\] is no value/],
    ["an integer", '"int":"9007199254740992"', '"int":"0x1"', /is no value/],
    ["a statement", '"statement":0', '"statement":9', /output statement 9 of the program is another/],
    ["a probe", '"probeId":4', '"probeId":77', /no line before says what probe 77 is/],
    ["a field", '"clause":0', '"clause":"0"', /'clause' is no whole number/],
    ["a row", '"keys":["none",0]', '"keys":["none"]', /a row has 1 keys, not 2/],
  ])("says what is wrong with %s", async (_, good, bad, message) => {
    const list = await damage((all) => (all[3] = all[3]?.replace(good, bad) ?? ""));
    expect(messageOf(list)).toMatch(message);
    expect(messageOf(list)).toMatch(/^a.ndjson, line 4: /);
  });

  it.each([
    ["nothing", "", "RECORDING_MALFORMED", "a.ndjson, line 1: it is empty"],
    ["a picture", "\x89PNG\n", "RECORDING_MALFORMED", "a.ndjson, line 1: it is no JSON"],
    ["other JSON", "[1]\n", "RECORDING_MALFORMED", "a.ndjson, line 1: it is no object"],
    ["no program", '{"type":"trace","version":1}\n', "RECORDING_MALFORMED", /line 1: program/],
    ["a later version", '{"type":"trace","version":2}\n', "RECORDING_VERSION", /has version 2 of the format/],
  ])("is refused at once where it is %s", async (_, text, code, message) => {
    const failure = await read(text).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(TraceError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
  });
});

describe("memory", () => {
  it("holds no more of a recording than is asked for", async () => {
    const [first = "", ready = ""] = write(events).split("\n");
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${first}\n${ready}\n`);
      for (;;) {
        given++;
        yield Buffer.from('{"type":"text","text":"x"}\n');
      }
    }
    const recording = await readRecording("endless", endless());
    let seen = 0;
    for await (const _ of recording.events) if (++seen === 1000) break;
    expect(given).toBeLessThan(1010);
  });
});
