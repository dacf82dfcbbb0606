/** Tracing the C fixture with a D script: by bpftrace, and by the engine from what is known to be fired. */
import { bpftraceBackend } from "@trace/backend-bpftrace";
import {
  keyIdentity,
  matchProbe,
  outputStatements,
  stateToJson,
  type AggregationSnapshot,
  type Backend,
  type Diagnostic,
  type Plan,
  type ProbeDescription,
  type Program,
  type TraceEvent,
  type Value,
} from "@trace/core";
import { compileProgram, programProbes, type EngineHost } from "@trace/engine";
import { dLanguage } from "@trace/lang-d";
import type { RunningFixture } from "./c-fixture.ts";
import type { Firing } from "./firings.ts";

/** Values of output statements, by firing, and aggregations: what both ways must agree on. */
export interface Results {
  readonly records: readonly (readonly (readonly Value[])[])[];
  /** By name; rows as text, sorted, for their order means nothing. */
  readonly aggregations: Readonly<Record<string, readonly string[]>>;
  readonly end: { readonly reason: string; readonly status: number };
}

/** The same with all that was told. */
export interface TracedResults extends Results {
  readonly events: readonly TraceEvent[];
}

/** The plan to run D's `script` on a process. */
export async function planScript(
  backend: Backend,
  script: string,
  pid: number,
  paths: readonly string[] = [],
): Promise<Plan> {
  const { version } = await backend.detect();
  const probes = await backend.list({ target: { kind: "process", pid }, paths });
  const program = parseScript(script, pid, probes);
  const plan = backend.compile(program, {
    probes: probes.filter((probe) =>
      program.clauses.some((clause) => clause.points.some((point) => matchProbe(point, probe))),
    ),
    target: { kind: "process", pid },
    ...(version === undefined ? {} : { version }),
  });
  if (plan.diagnostics.length > 0) throw new Error(describeAll(plan.diagnostics));
  return plan;
}

export function parseScript(script: string, pid: number, probes: readonly ProbeDescription[]): Program {
  const { program, diagnostics } = dLanguage().parse(
    { name: "test.d", text: script },
    { target: pid, probes },
  );
  if (program === undefined) throw new Error(describeAll(diagnostics));
  return program;
}

/** Runs `script` over all that the fixture fires. It is stopped when the fixture is done and its marks have come. */
export async function traceFixture(
  command: readonly [string, ...string[]],
  script: string,
  fixture: RunningFixture,
): Promise<TracedResults> {
  const backend = bpftraceBackend({ command });
  const plan = await planScript(backend, script, fixture.pid);
  const run = backend.start(plan);
  const events: TraceEvent[] = [];
  for await (const event of run) {
    events.push(event);
    if (event.type === "ready") void fixture.fire().then(() => run.stop());
  }
  return { events, ...resultsOf(events) };
}

/** What arithmetic says: the engine fed with `firings`. */
export function fireInEngine(
  script: string,
  fixturePid: number,
  fired: readonly Firing[],
  probes: readonly ProbeDescription[],
): Results {
  const program = parseScript(script, fixturePid, probes);
  const events: TraceEvent[] = [];
  const statements = outputStatements(program);
  let status: number | undefined;
  let now = 1;
  const description: ProbeDescription = {
    family: "usdt",
    provider: "fixture",
    module: "",
    function: "",
    name: "",
    arguments: [],
  };
  const host: EngineHost = {
    emit: ({ clause, probe, items }) => {
      events.push({
        type: "record",
        clause,
        probe: description,
        probeId: probe,
        items: items.map(({ statement, ...item }) => {
          const found = statements[statement];
          if (found === undefined) throw new Error(`no statement ${statement}`);
          return { statement: found, ...item };
        }),
      });
    },
    onError: () => undefined,
    onExit: (code) => (status = code),
    now: () => now++,
    wallTime: () => 0,
    vtime: () => 0,
    cpu: () => 0,
    pid: () => fixturePid,
    tid: () => fixturePid,
    ppid: () => process.pid,
    uid: () => 0,
    gid: () => 0,
    execname: () => "fixture",
    target: fixturePid,
  };
  const { engine } = compileProgram(program, host);
  if (engine === undefined) throw new Error("this process does not allow code generation");
  const own = programProbes(program).length;
  const handlers = new Map(
    probes.map((probe, index) => [probe.name, engine.bind(withTexts(probe), own + 1 + index)]),
  );
  engine.begin();
  for (const { probe, arguments: values } of fired) {
    if (status === undefined) handlers.get(probe)?.(...values);
  }
  engine.end();
  events.push({ type: "aggregation", aggregations: engine.snapshot(), final: true });
  events.push({ type: "end", reason: status === undefined ? "stopped" : "exit", status: status ?? 0 });
  return resultsOf(events);
}

/** A note says of a string only that it is an address; to the engine its text is given. */
function withTexts(probe: ProbeDescription): ProbeDescription {
  return probe.name === "text" ? { ...probe, arguments: [{ type: "string" }, { type: "int32" }] } : probe;
}

export function resultsOf(events: readonly TraceEvent[]): Results {
  const final = events.findLast((event) => event.type === "aggregation");
  const end = events.findLast((event) => event.type === "end");
  const records = events.filter((event) => event.type === "record");
  return {
    records: records.map(({ items }) => items.map(({ values }) => values)),
    aggregations: Object.fromEntries((final?.aggregations ?? []).map((one) => [one.name, rowTexts(one)])),
    end: { reason: end?.reason ?? "none", status: end?.status ?? -1 },
  };
}

/** The rows of a snapshot as sorted text. */
export function rowTexts({ rows }: AggregationSnapshot): readonly string[] {
  return rows
    .map(({ keys, state }) => {
      const json = stateToJson(state);
      const content =
        json.kind === "buckets" ? { ...json, counts: json.counts.toSorted(([a], [b]) => a - b) } : json;
      return `${keyIdentity(keys)} ${JSON.stringify(content)}`;
    })
    .sort();
}

function describeAll(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`).join("\n");
}
