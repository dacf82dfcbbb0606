/**
 * What DTrace prints, line by line, as events.
 *
 * Lines of the script begin with a tab and a word; their fields are separated by tabs. The first of a firing has before
 * it what DTrace tells by itself: the CPU, the probe's number, and its name. The rows of a distribution follow the line
 * of their element.
 */
import {
  dtraceProbeName,
  dtraceProviderName,
  int64,
  isInt,
  outputStatements,
  statementExpressions,
  type AggregationSnapshot,
  type Diagnostic,
  type Int,
  type OutputStatement,
  type ProbeDescription,
  type Program,
  type RecordItem,
  type TraceEvent,
  type Type,
  type Value,
} from "@trace/core";
import { labelBucket } from "../compile/aggregation-parts.ts";
import type { CompiledScript } from "../compile/compile-script.ts";
import { AggregationStore } from "./aggregation-store.ts";
import { readField, readInteger, readString } from "./field.ts";

/** A record whose items are still coming in. */
interface PendingRecord {
  readonly clause: number;
  readonly probe: ProbeDescription;
  readonly probeId: number;
  readonly cpu: number;
  readonly time: number;
  readonly pid: number;
  readonly tid: number;
  readonly items: RecordItem[];
}

/** A distribution whose rows are still coming in. */
interface PendingDistribution {
  readonly index: number;
  readonly part: number;
  readonly keys: readonly Value[];
  readonly counts: Map<number, Int>;
}

/** Malformed lines told in full; the rest is only counted. */
const mostDiagnostics = 10;

export class OutputReader {
  readonly #script: CompiledScript;
  readonly #outputs: readonly OutputStatement[];
  readonly #store: AggregationStore;
  #firing = { cpu: 0, probeId: 0 };
  #record: PendingRecord | undefined;
  #distribution: PendingDistribution | undefined;
  #diagnostics = 0;
  /** BEGIN's message came. */
  ready = false;
  /** The end clauses ran, and all aggregations came. */
  ended = false;
  /** The status of `exit`, once executed. */
  exitStatus: number | undefined;

  constructor(program: Program, script: CompiledScript) {
    this.#script = script;
    this.#outputs = outputStatements(program);
    this.#store = new AggregationStore(program.aggregations);
  }

  /** The events of one line. Total: a line that means nothing is a diagnostic. */
  read(line: string): readonly TraceEvent[] {
    const tab = line.indexOf("\t");
    if (tab < 0) {
      this.#readBucket(line);
      return [];
    }
    if (tab > 0) {
      const [, cpu, probeId] = /^\s*(\d{1,9})\s+(\d{1,9})\s/.exec(line) ?? [];
      if (cpu !== undefined) this.#firing = { cpu: Number(cpu), probeId: Number(probeId) };
    }
    this.#finishDistribution();
    const [word = "", ...fields] = line.slice(tab + 1).split("\t");
    return this.#message(word, fields) ?? this.#malformed(line);
  }

  /** All aggregations as they were at the end. */
  finalEvents(): readonly TraceEvent[] {
    return [{ type: "aggregation", aggregations: this.#store.all(), final: true }];
  }

  /** Undefined where it is no message. */
  #message(head: string, fields: readonly string[]): readonly TraceEvent[] | undefined {
    const [word, ...numbers] = head.split(" ");
    const [first = -1, second = -1] = numbers.map(Number);
    switch (word) {
      case "ready":
        this.ready = true;
        return [];
      case "alive":
      case "final":
        return [];
      case "done":
        this.ended = true;
        return [];
      case "clause":
        return this.#beginRecord(first, fields);
      case "item":
        return this.#item(this.#outputs[first], fields);
      case "end":
        return this.#endRecord();
      case "rows":
        this.#store.begin(first);
        return [];
      case "row":
        return this.#row(first, second, fields);
      case "clear":
        this.#store.clear(first);
        return [];
      case "trunc":
        this.#store.truncate(first, readInteger(fields[0] ?? "0", int64) ?? 0);
        return [];
      case "normalize":
        this.#store.normalize(first, readInteger(fields[0] ?? "", int64));
        return [];
      default:
        return undefined;
    }
  }

  #beginRecord(
    clause: number,
    [time = "", pid = "", tid = "", ...names]: readonly string[],
  ): readonly TraceEvent[] | undefined {
    const probe = firedProbe(this.#script.probes[clause] ?? [], names.map(readString));
    if (probe === undefined) return undefined;
    this.#record = {
      clause,
      probe,
      ...this.#firing,
      time: Number(time),
      pid: Number(pid),
      tid: Number(tid),
      items: [],
    };
    return [];
  }

  #item(
    statement: OutputStatement | undefined,
    fields: readonly string[],
  ): readonly TraceEvent[] | undefined {
    if (statement === undefined || this.#record === undefined) return undefined;
    const types = statementExpressions(statement).map(({ type }) => type);
    const values = readFields(fields, types);
    if (values === undefined) return undefined;
    const aggregations: AggregationSnapshot[] =
      statement.kind === "printa"
        ? statement.aggregations.flatMap((name) => this.#store.snapshot(this.#store.indexOf(name)) ?? [])
        : [];
    this.#record.items.push({ statement, values, ...(statement.kind === "printa" ? { aggregations } : {}) });
    const [status] = values;
    if (statement.kind === "exit" && status !== undefined && isInt(status))
      this.exitStatus ??= Number(BigInt.asUintN(8, BigInt(status)));
    return [];
  }

  #endRecord(): readonly TraceEvent[] | undefined {
    const record = this.#record;
    this.#record = undefined;
    if (record === undefined) return undefined;
    const { pid, tid, items, ...rest } = record;
    if (items.length === 0) return [];
    const hasThread = rest.probe.family === "usdt";
    return [{ type: "record", ...rest, ...(hasThread ? { pid, tid } : {}), items }];
  }

  #row(index: number, part: number, fields: readonly string[]): readonly TraceEvent[] | undefined {
    const declaration = this.#store.declaration(index);
    if (declaration === undefined || fields.length !== declaration.keys.length + 1) return undefined;
    const keys = readFields(fields.slice(0, -1), declaration.keys);
    if (keys === undefined) return undefined;
    const text = fields.at(-1) ?? "";
    if (text === "") {
      this.#distribution = { index, part, keys, counts: new Map() };
      return [];
    }
    const value = readInteger(text, int64);
    if (value === undefined) return undefined;
    this.#store.add(index, part, keys, value);
    return [];
  }

  /** `value |@@@@    count`, a row of a distribution; other lines are its head and its end. */
  #readBucket(line: string): void {
    const pending = this.#distribution;
    if (pending === undefined) return;
    const declaration = this.#store.declaration(pending.index);
    const [, label, count] = /^\s*(\S.*?) \|[@ ]*? (-?\d{1,20})\s*$/.exec(line) ?? [];
    if (declaration === undefined || label === undefined || count === undefined) return;
    const bucket = labelBucket(declaration.function, label);
    const number = readInteger(count, int64);
    if (bucket !== undefined && number !== undefined && number !== 0) pending.counts.set(bucket, number);
  }

  #finishDistribution(): void {
    const pending = this.#distribution;
    this.#distribution = undefined;
    if (pending !== undefined) this.#store.add(pending.index, pending.part, pending.keys, pending.counts);
  }

  #malformed(line: string): readonly TraceEvent[] {
    this.#diagnostics++;
    if (this.#diagnostics > mostDiagnostics) return [];
    const diagnostic: Diagnostic = {
      code: "DTRACE_OUTPUT",
      severity: "warning",
      message: `DTrace wrote what is not understood: ${line.slice(0, 200)}`,
    };
    return [{ type: "diagnostic", diagnostic }];
  }
}

function readFields(fields: readonly string[], types: readonly Type[]): readonly Value[] | undefined {
  if (fields.length !== types.length) return undefined;
  const values = types.map((type, index) => readField(fields[index] ?? "", type));
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** The probe that fired, of those of its clause: by the names that DTrace gives it, where there are several. */
function firedProbe(
  probes: readonly ProbeDescription[],
  [provider, module, fn, name]: readonly string[],
): ProbeDescription | undefined {
  if (provider === undefined || module === undefined || fn === undefined || name === undefined)
    return probes[0];
  const alike = probes.filter(
    (probe) => dtraceProviderName(probe) === provider && dtraceProbeName(probe.name) === name,
  );
  const same = alike.find((probe) => probe.module === module && probe.function === fn);
  if (same !== undefined || alike[0] !== undefined) return same ?? alike[0];
  // It came after the script was compiled.
  const pid = /\d+$/.exec(provider)?.[0];
  return {
    family: "usdt",
    provider: pid === undefined ? provider : provider.slice(0, -pid.length),
    module,
    function: fn,
    name: name.replaceAll("-", "__"),
    arguments: [],
    ...(pid === undefined ? {} : { pid: Number(pid) }),
  };
}
