/** Collects stacks and calls from the events of a run. */
import {
  displayText,
  isInt,
  KeyedSpans,
  RecordValues,
  spanKey,
  spanName,
  SpanPairs,
  ThreadSpans,
  walkStatements,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type AggregationState,
  type Int,
  type OpenSpan,
  type Program,
  type RecordEvent,
  type SpanDeclaration,
  type Stack,
  type TraceEvent,
  type Value,
} from "@trace/core";
import { stackFrame, type Frame } from "./frame.ts";
import { newProfile, NodeBudget, type FlameNode, type FlameProfile, type FlameUnit } from "./flame-tree.ts";
import type { PerfMaps } from "./perf-map.ts";

/** What is collected, and within which bounds. */
export interface CollectorSettings {
  readonly spans: readonly SpanDeclaration[];
  /** Only this aggregation, and no others. */
  readonly aggregation: string | undefined;
  /** What sums of the program are of. */
  readonly unit: FlameUnit;
  readonly pid: number | undefined;
  readonly maxNodes: number;
  readonly maxOpenSpans: number;
  readonly perfMaps: PerfMaps;
}

/** An open call: its path, when it began, and the time of the calls inside that have ended. */
interface Call extends OpenSpan {
  readonly node: FlameNode;
  readonly time: number;
  inside: number;
}

/** Takes the events of a run; `profiles` is what came of them. */
export class FlameCollector {
  readonly #program: Program;
  readonly #settings: CollectorSettings;
  readonly #budget: NodeBudget;
  readonly #pairs: SpanPairs;
  readonly #values = new RecordValues();
  readonly #calls: FlameProfile = newProfile("calls", "nanoseconds");
  readonly #samples: FlameProfile = newProfile("samples", "count");
  readonly #threadSpans: ThreadSpans<Call>;
  readonly #keyedSpans: KeyedSpans<Call>;
  readonly #aggregations: FlameProfile[] = [];
  #pid: number | undefined;

  constructor(program: Program, settings: CollectorSettings) {
    this.#program = program;
    this.#settings = settings;
    this.#pid = settings.pid;
    this.#budget = new NodeBudget(settings.maxNodes);
    this.#pairs = new SpanPairs(program, settings.spans);
    this.#threadSpans = new ThreadSpans(settings.maxOpenSpans);
    this.#keyedSpans = new KeyedSpans(settings.maxOpenSpans);
  }

  add(event: TraceEvent): void {
    if (event.type === "ready") {
      this.#pairs.attach(event.attached);
      const pids = new Set(event.attached.flatMap(({ pid }) => pid ?? []));
      const [only] = pids;
      if (pids.size === 1) this.#pid ??= only;
    } else if (event.type === "record") this.#record(event);
    else if (event.type === "aggregation" && event.final) this.#final(event.aggregations);
  }

  /** What was collected, without what stayed empty: aggregations in program order, then samples, then calls. */
  get profiles(): readonly FlameProfile[] {
    return [...this.#aggregations, this.#samples, this.#calls].filter(
      ({ root }) => root.children.size > 0 || root.self > 0,
    );
  }

  #record(event: RecordEvent): void {
    for (const { statement, values } of event.items) {
      const space = statement.kind === "stack" ? statement.space : "user";
      for (const value of values)
        if (isStack(value))
          this.#budget.add(this.#samples.root, this.#stackFrames(value, space, event.pid ?? this.#pid), 1);
    }
    const place = this.#pairs.find(event.probe, event.clause);
    const { time } = event;
    if (place === undefined || time === undefined) return;
    const values = this.#values.read(event);
    const { kind, edge } = place;
    const own = spanName(kind, values);
    const name = displayText(own ?? kind.name);
    const thread = `${event.pid} ${event.tid}`;
    const key = spanKeyOf(event, kind.key === undefined ? undefined : spanKey(kind, values));
    if (kind.key !== undefined && key === undefined) return;
    if (edge === "begin") {
      const parent = key === undefined ? this.#threadSpans.innermost(thread)?.node : undefined;
      const node = this.#budget.child(parent ?? this.#calls.root, { kind: "call", name });
      const call: Call = { kind, name, node, time, inside: 0 };
      if (key === undefined) this.#threadSpans.begin(thread, call);
      else this.#keyedSpans.begin(key, call);
    } else if (key === undefined) {
      const ended = this.#threadSpans.end(thread, kind, own === undefined ? undefined : name);
      if (ended === undefined) return;
      const { span, unfinished } = ended;
      let inside = 0;
      for (const call of unfinished) inside = endCall(call, time, inside);
      const duration = endCall(span, time, inside);
      const around = this.#threadSpans.innermost(thread);
      if (around !== undefined) around.inside += duration;
    } else {
      const call = this.#keyedSpans.end(key, kind);
      if (call !== undefined) endCall(call, time, 0);
    }
  }

  #final(snapshots: readonly AggregationSnapshot[]): void {
    const { aggregation } = this.#settings;
    for (const snapshot of snapshots) {
      const declaration = this.#program.aggregations.find(({ name }) => name === snapshot.name);
      if (declaration === undefined) continue;
      const wanted =
        aggregation === undefined
          ? declaration.keys.some(({ kind }) => kind === "stack")
          : aggregation === snapshot.name;
      if (!wanted) continue;
      const counts = !["sum", "avg", "min", "max", "stddev"].includes(declaration.function.name);
      const title = snapshot.name === "_" ? "@" : `@${snapshot.name}`;
      const profile = newProfile(title, counts ? "count" : this.#settings.unit);
      const pidKey = this.#pidKey(declaration);
      for (const row of snapshot.rows) {
        const value = rowWeight(row.state);
        if (value > 0) this.#budget.add(profile.root, this.#rowFrames(row, declaration, pidKey), value);
      }
      this.#aggregations.push(profile);
    }
  }

  /** Keys as frames: what is no stack outermost, then the user's stack, and what the kernel did for it innermost. */
  #rowFrames(
    { keys }: AggregationRow,
    declaration: AggregationDeclaration,
    pidKey: number,
  ): readonly Frame[] {
    const own = keys[pidKey];
    const pid = typeof own === "number" ? own : this.#pid;
    const labels: Frame[] = [];
    const user: Frame[] = [];
    const kernel: Frame[] = [];
    for (const [index, key] of keys.entries()) {
      if (!isStack(key)) {
        labels.push({ kind: "key", name: keyText(key) });
        continue;
      }
      const type = declaration.keys[index];
      const space = type?.kind === "stack" ? type.space : "user";
      (space === "kernel" ? kernel : user).push(...this.#stackFrames(key, space, pid));
    }
    return [...labels, ...user, ...kernel];
  }

  /** The key that is the pid of what was measured, or -1. */
  #pidKey(declaration: AggregationDeclaration): number {
    let found = -1;
    for (const clause of this.#program.clauses)
      walkStatements(clause.body, (statement) => {
        if (statement.kind !== "aggregate" || statement.aggregation !== declaration.name) return;
        found = statement.keys.findIndex((key) => key.kind === "builtin" && key.name === "pid");
      });
    return found;
  }

  /** Outermost first. */
  #stackFrames({ frames }: Stack, space: "user" | "kernel", pid: number | undefined): readonly Frame[] {
    return frames
      .map((frame) => {
        const { address } = frame;
        const jit =
          frame.symbol === undefined && space === "user" && pid !== undefined && typeof address === "number"
            ? this.#settings.perfMaps.find(pid, address)
            : undefined;
        return stackFrame(frame, space, jit);
      })
      .reverse();
  }
}

/** Ends a call: what it took, less what calls inside it took, is its own. Returns what it took. */
function endCall(call: Call, time: number, insideMore: number): number {
  const duration = Math.max(0, time - call.time);
  const { node } = call;
  node.self = Number(node.self) + Math.max(0, duration - call.inside - insideMore);
  return duration;
}

function spanKeyOf({ pid }: RecordEvent, key: string | undefined): string | undefined {
  return key === undefined ? undefined : `${pid} ${key}`;
}

function isStack(value: Value): value is Stack {
  return typeof value === "object" && "frames" in value;
}

function keyText(key: Exclude<Value, Stack>): string {
  if (typeof key === "string") return displayText(key) || "(empty)";
  return isInt(key) ? key.toString() : String(key.float);
}

/** What an element adds up to: how often, how much in all, or the one value there is. */
function rowWeight(state: AggregationState): Int {
  switch (state.kind) {
    case "count":
      return state.n;
    case "sum":
    case "avg":
    case "stddev":
      return state.sum;
    case "min":
    case "max":
      return state.value ?? 0;
    case "buckets": {
      let total = 0;
      for (const count of state.counts.values()) total += Number(count);
      return total;
    }
  }
}
