import {
  int64,
  uint64,
  type Expression,
  type ProbeDescription,
  type Program,
  type RecordEvent,
  type Statement,
  type TraceEvent,
  type Value,
} from "@trace/core";
import { LineEncoder, rawProgram, readRecording, type RecordingFacts } from "@trace/recording";
import { describe, expect, it } from "vitest";
import { replayBackend } from "./replay-backend.ts";

const SECOND = 1_000_000_000;

const probe: ProbeDescription = {
  family: "usdt",
  provider: "shop",
  module: "shop.so",
  function: "",
  name: "buy",
  arguments: [{ type: "uint64" }, { type: "double" }],
  pid: 7,
};
const recorded = rawProgram(["shop*:::"], [probe]);

/** Ready at second 10, over at second 20. */
function facts(): RecordingFacts {
  const times = [10 * SECOND, 20 * SECOND];
  return {
    host: {
      name: "web1",
      system: "Linux",
      architecture: "x64",
      timeZone: "UTC",
      clock: { monotonic: 9 * SECOND, wall: 1_700_000_000n * BigInt(SECOND) },
    },
    now: () => times.shift() ?? 0,
    process: (pid) => ({ name: `app${pid}`, ppid: 1, uid: 1000, gid: 100 }),
    thread: () => undefined,
  };
}

function firing(second: number, tid: number, ...values: readonly Value[]): RecordEvent {
  const statement = recorded.clauses[0]?.body[0];
  if (statement?.kind !== "printf") throw new Error("a raw clause prints");
  return {
    type: "record",
    clause: 0,
    probe,
    probeId: 4,
    time: second * SECOND,
    cpu: 2,
    pid: 7,
    tid,
    items: [{ statement, values }],
  };
}

async function* linesOf(events: readonly TraceEvent[]): AsyncGenerator<Uint8Array> {
  const encoder = new LineEncoder(recorded, facts());
  yield Buffer.from(encoder.first());
  const ready = { type: "ready", backend: "embedded", attached: [probe], unmatched: [] } as const;
  for (const event of [ready, ...events]) yield Buffer.from(encoder.encode(event));
}

const end: TraceEvent = { type: "end", reason: "target", status: 0 };

async function replay(
  clauses: Program["clauses"],
  events: readonly TraceEvent[],
): Promise<readonly TraceEvent[]> {
  const program: Program = { ...recorded, clauses };
  const backend = replayBackend(await readRecording("a.ndjson", linesOf(events)));
  const probes = await backend.list({ target: { kind: "system" } });
  const plan = backend.compile(program, { probes, target: { kind: "system" } });
  expect(plan.diagnostics).toEqual([]);
  const list: TraceEvent[] = [];
  for await (const event of backend.start(plan)) list.push(event);
  return list;
}

/** What the records hold, as lists. */
function printed(events: readonly TraceEvent[]): readonly (readonly Value[])[] {
  return events.flatMap((event) =>
    event.type === "record" ? [event.items.flatMap(({ values }) => values)] : [],
  );
}

const buy = { kind: "usdt", provider: "shop", module: "", function: "", name: "buy" } as const;
const trace = (value: Expression): Statement => ({ kind: "trace", value });
const argument: Expression = { kind: "argument", index: 0, type: int64 };
const builtin = (name: "timestamp" | "walltimestamp" | "tid" | "execname" | "uid"): Expression => ({
  kind: "builtin",
  name,
  type: name === "execname" ? { kind: "string" } : name === "walltimestamp" ? int64 : uint64,
});

describe("a replay", () => {
  it("fires what was recorded, with the values and facts of then", async () => {
    const unsigned: Expression = { kind: "cast", operand: argument, type: uint64 };
    const share: Expression = {
      kind: "call",
      function: "bits_to_double",
      arguments: [{ kind: "argument", index: 1, type: int64 }],
      type: { kind: "float", bits: 64 },
    };
    const names = ["timestamp", "walltimestamp", "execname", "uid"] as const;
    const body = [unsigned, share, ...names.map(builtin)].map(trace);
    const events = await replay(
      [{ points: [buy], body }],
      [firing(11, 8, 2n ** 64n - 1n, { float: 0.25 }), end],
    );
    expect(printed(events)).toEqual([
      [2n ** 64n - 1n, { float: 0.25 }, 11 * SECOND, 1_700_000_002_000_000_000n, "app7", 1000],
    ]);
    expect(events.find(({ type }) => type === "record")).toMatchObject({ pid: 7, tid: 8, cpu: 2, probe });
    expect(events.map(({ type }) => type)).toEqual(["ready", "record", "aggregation", "end"]);
  });

  it("runs timers when they were due, up to the end", async () => {
    const tick = { kind: "timer", mode: "interval", period: 4 * SECOND, name: "tick-4s" } as const;
    const events = await replay(
      [
        { points: [tick], body: [trace(builtin("timestamp"))] },
        { points: [buy], body: [trace(argument)] },
      ],
      [firing(11, 8, 1, { float: 0 }), firing(15, 8, 2, { float: 0 }), end],
    );
    expect(printed(events)).toEqual([[1], [14 * SECOND], [2], [18 * SECOND]]);
  });

  it("keeps the variables of threads apart", async () => {
    const seen = { kind: "variable", scope: "thread", name: "seen", keys: [], type: int64 } as const;
    const increment: Expression = { kind: "increment", target: seen, by: 1, prefix: true, type: int64 };
    const program = { points: [buy], body: [trace(increment)] };
    const backend = replayBackend(
      await readRecording(
        "a.ndjson",
        linesOf([...[8, 9, 8].map((tid) => firing(11, tid, 1, { float: 0 })), end]),
      ),
    );
    const variables = [{ scope: "thread", name: "seen", type: int64, keys: [] }] as const;
    const plan = backend.compile(
      { ...recorded, variables, clauses: [program] },
      { probes: [probe], target: { kind: "system" } },
    );
    const events: TraceEvent[] = [];
    for await (const event of backend.start(plan)) events.push(event);
    expect(printed(events)).toEqual([[1], [1], [2]]);
  });

  it("ends by exit, after the end clauses, and reads no further", async () => {
    const one: Expression = { kind: "integer", value: 3, type: int64 };
    const events = await replay(
      [
        { points: [buy], body: [{ kind: "exit", status: one }] },
        { points: [{ kind: "end" }], body: [trace(one)] },
      ],
      [firing(11, 8, 1, { float: 0 }), firing(12, 8, 2, { float: 0 }), end],
    );
    expect(printed(events)).toEqual([[3], [3]]);
    expect(events.at(-1)).toEqual({ type: "end", reason: "exit", status: 3 });
  });

  it("fails where the recording is damaged, with what came before", async () => {
    const events = await replay(
      [{ points: [buy], body: [trace(argument)] }],
      [firing(11, 8, 5, { float: 0 })],
    );
    expect(printed(events)).toEqual([[5]]);
    expect(events).toContainEqual(
      expect.objectContaining({
        diagnostic: expect.objectContaining({ code: "RECORDING_MALFORMED" }) as unknown,
      }),
    );
    expect(events.at(-1)).toEqual({ type: "end", reason: "failed", status: 1 });
  });

  it("passes losses of firings on", async () => {
    const lost: TraceEvent = { type: "lost", what: "records", count: 5, reason: "slow" };
    const events = await replay([{ points: [buy], body: [trace(argument)] }], [lost, end]);
    expect(events).toContainEqual(lost);
  });
});

describe("a program that asks for more than was recorded", () => {
  const codesFor = async (...body: readonly Statement[]): Promise<readonly string[]> => {
    const backend = replayBackend(await readRecording("a.ndjson", linesOf([end])));
    const program: Program = { ...recorded, clauses: [{ points: [buy], body }] };
    const plan = backend.compile(program, { probes: [probe], target: { kind: "system" } });
    return plan.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  };

  it("is refused before it runs", async () => {
    expect(await codesFor(trace(argument))).toEqual([]);
    const text: Expression = {
      kind: "call",
      function: "copyinstr",
      arguments: [argument],
      type: { kind: "string" },
    };
    expect(await codesFor(trace(text))).toEqual([
      "RECORDING_NO_ARGUMENT: the recording does not hold the string at arg0 of shop7:shop.so::buy",
    ]);
    expect(await codesFor({ kind: "stack", space: "user", depth: 5 })).toEqual([
      "CAPABILITY_MISSING: the replay backend has no stack action",
    ]);
  });
});
