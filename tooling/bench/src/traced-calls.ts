import type { ProbeDescription, Program, RecordEvent, Sink, TraceEvent } from "@trace/core";

/** A program that traces a call: its function's name at entry, its result at return. */
export const callProgram: Program = {
  version: 1,
  style: "dtrace",
  options: {},
  variables: [],
  aggregations: [],
  clauses: (["entry", "return"] as const).map((at) => ({
    points: [{ kind: "function", space: "user", at, module: "", function: "" }],
    body: [
      {
        kind: "printf",
        format: [at === "entry" ? "call " : "back ", { kind: "d" }, " ", { kind: "s" }, "\n"],
        arguments: [
          { kind: "argument", index: 0, type: { kind: "integer", bits: 64, signed: true } },
          { kind: "builtin", name: "execname", type: { kind: "string" } },
        ],
      },
    ],
  })),
};

/** Functions that call each other, and how deep. */
const FUNCTIONS = 100;
const DEPTH = 8;
const THREADS = 4;

/** `count` record events of calls `DEPTH` deep, after the ready event and before the end. Every event is a new object. */
export async function* tracedCalls(count: number): AsyncGenerator<TraceEvent> {
  const probes: ProbeDescription[] = [];
  for (const name of ["entry", "return"])
    for (let index = 0; index < FUNCTIONS; index++)
      probes.push({
        family: "function",
        provider: "pid",
        module: "app",
        function: `handler_${index}`,
        name,
        arguments: [{ name: "request", type: "int64" }],
      });
  yield { type: "ready", backend: "bench", attached: probes, unmatched: [] };
  for (let at = 0; at < count; at++) yield callRecord(at, probes);
  yield { type: "end", reason: "exit", status: 0 };
}

function callRecord(at: number, probes: readonly ProbeDescription[]): RecordEvent {
  // Every thread goes down DEPTH calls and comes back up.
  const step = at % (2 * DEPTH);
  const tree = Math.floor(at / (2 * DEPTH));
  const clause = step < DEPTH ? 0 : 1;
  const level = clause === 0 ? step : 2 * DEPTH - 1 - step;
  const index = clause * FUNCTIONS + ((tree + level * 7) % FUNCTIONS);
  const probe = probes[index];
  const statement = callProgram.clauses[clause]?.body[0];
  if (probe === undefined || statement?.kind !== "printf") throw new Error("no such call");
  return {
    type: "record",
    clause,
    probe,
    probeId: 4 + index,
    time: 1_000_000_000_000 + at * 731,
    cpu: 0,
    pid: 4000,
    tid: 4000 + (tree % THREADS),
    items: [{ statement, values: [at, "node"] }],
  };
}

/** A sink that counts what it is given. */
export function countingSink(): Sink & { characters: number } {
  return {
    characters: 0,
    write(text) {
      this.characters += text.length;
      return Promise.resolve();
    },
  };
}
