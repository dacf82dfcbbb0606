/** What bpftrace prints, line by line, as events. */
import {
  byteLength,
  isInt,
  type AggregationSnapshot,
  type Diagnostic,
  type Int,
  type Program,
  type RecordItem,
  type TraceEvent,
  type Value,
} from "@trace/core";
import type { CompiledScript } from "../compile/compile-script.ts";
import {
  messageHeader,
  sentMessages,
  type Message,
  type Origin,
  type OutputValue,
  type RunProbe,
} from "../compile/messages.ts";
import { stringTables } from "../compile/script-context.ts";
import { AggregationStore } from "./aggregation-store.ts";
import { valueReader, type ValueReader } from "./output-value.ts";
import { asInteger, isObject, member, readJson, type Json } from "./read-json.ts";

/** The firing that a message tells of. */
interface Firing {
  readonly time: Int;
  readonly cpu: number;
  readonly pid: number;
  readonly tid: number;
}

/** A record whose parts are still coming in. */
interface PendingRecord {
  readonly firing: Firing;
  readonly items: RecordItem[];
}

const bufferFull = "bpftrace's buffer was full: print less";

/** Run-time errors and malformed lines told in full; the rest is only counted. */
const mostDiagnostics = 10;

/** Marks of half a second, one each 20 ms. */
const patientMarks = 25;

export class OutputReader {
  readonly #program: Program;
  readonly #script: CompiledScript;
  readonly #store: AggregationStore;
  readonly #pending = new Map<string, PendingRecord>();
  readonly #readers = new Map<OutputValue, ValueReader>();
  /** Bytes of a string, its NUL included: one of the size less one may have been cut. */
  readonly #stringSize: number;
  #diagnostics = 0;
  #cutString = false;
  /** BEGIN's message came. */
  ready = false;
  /** Messages of clauses that came, that were sent as bpftrace says at its end, and that it has told as lost. */
  readonly #messages = { received: 0, sent: 0, lost: 0 };
  #stoppingMarks = 0;
  readonly #stoppingCpus = new Set<number>();
  /** END's message came: what is printed from then on is final. */
  ended = false;
  /** The status of `exit`, once executed. */
  exitStatus: number | undefined;

  readonly #scriptLines: readonly string[];
  readonly #aggregationMaps: readonly string[];
  readonly #fullMaps = { aggregations: 0, variables: 0 };

  constructor(program: Program, script: CompiledScript, stringSize: number) {
    this.#stringSize = stringSize;
    this.#program = program;
    this.#script = script;
    this.#scriptLines = script.text.split("\n");
    const tables = script.tables.flatMap((table) => Object.values(stringTables[table]) as string[]);
    this.#aggregationMaps = [...script.maps.map(({ name }) => name), ...tables];
    this.#store = new AggregationStore(program.aggregations, script);
  }

  /**
   * Has all been read that was told before the program stopped? bpftrace goes around the buffers of the CPUs; marks come
   * from one of them, 20 ms apart, so that the third is of a later round than the first. And each of `cpus` CPUs has told
   * what it lost, or half a second has passed: the timer of a CPU that idles may not fire, nor does anything else there.
   */
  hasReadAll(cpus: number): boolean {
    return this.#stoppingMarks >= (this.#stoppingCpus.size >= cpus ? 3 : patientMarks);
  }

  /** The events of one line. Total: a line that means nothing is a diagnostic. */
  read(line: string): readonly TraceEvent[] {
    if (line === "") return [];
    const json = readJson(line);
    const data = member(json, "data");
    switch (member(json, "type")) {
      case "value":
        return [...this.#takeFullMaps(), ...this.#message(data)];
      case "map":
        this.#mapPrinted(data);
        return [];
      case "lost_events": {
        const lost = Number(asInteger(member(data, "events")) ?? 0);
        this.#messages.lost += lost;
        return this.#lost("records", lost, bufferFull);
      }
      case "helper_error":
        return this.#helperError(json, line);
      case "attached_probes":
        return [];
      default:
        return this.#diagnostic(() => ({
          code: "BPFTRACE_OUTPUT",
          severity: "warning",
          message: `bpftrace wrote what is not understood: ${line.slice(0, 200)}`,
        }));
    }
  }

  /** All aggregations as bpftrace printed them at its end. */
  finalEvents(): readonly TraceEvent[] {
    const aggregations = this.#snapshots();
    const lost = this.#store.takeLostKeys();
    const { received, sent, lost: told } = this.#messages;
    return [
      ...this.#lost("records", sent - received - told, bufferFull),
      ...this.#takeFullMaps(),
      ...this.#lost("aggregations", lost, "the table of strings was full: ask for more keys"),
      { type: "aggregation", aggregations, final: true },
    ];
  }

  #snapshots(): readonly AggregationSnapshot[] {
    return this.#program.aggregations.map(({ name }) => this.#store.snapshot(name));
  }

  #mapPrinted(data: Json | undefined): void {
    if (!isObject(data)) return;
    for (const [name, value] of data.members) {
      if (name === sentMessages) this.#messages.sent = Number(asInteger(value) ?? 0);
      else this.#store.mapPrinted(name, value);
    }
  }

  #message(data: Json | undefined): readonly TraceEvent[] {
    const values = Array.isArray(data) ? (data as readonly Json[]) : [];
    const [number, time, cpu, pid, tid] = values.slice(0, messageHeader).map(asInteger);
    const message = this.#script.messages[Number(number ?? -1)];
    if (message === undefined)
      return this.#diagnostic(() => ({
        code: "BPFTRACE_OUTPUT",
        severity: "warning",
        message: "bpftrace sent a message that is not understood",
      }));
    const firing: Firing = {
      time: time ?? 0,
      cpu: Number(cpu ?? 0),
      pid: Number(pid ?? 0),
      tid: Number(tid ?? 0),
    };
    return this.#act(message, firing, values.slice(messageHeader));
  }

  #act(message: Message, firing: Firing, values: readonly Json[]): readonly TraceEvent[] {
    if ("origin" in message || "aggregation" in message || message.kind === "printing")
      this.#messages.received++;
    switch (message.kind) {
      case "ready":
        this.ready = true;
        return [];
      case "alive":
        return [];
      case "interim":
        return [{ type: "aggregation", aggregations: this.#snapshots(), final: false }];
      case "stopping":
        this.#stoppingMarks++;
        return [];
      case "stoppingHere":
        this.#stoppingCpus.add(firing.cpu);
        return [];
      case "ended":
        this.ended = true;
        this.#store.expectAll();
        return [];
      case "items": {
        const items = message.items.map((item) => this.#item(item.statement, item.values, values));
        const notes = this.#noteCutStrings(values);
        if (message.whole) return [...notes, this.#record(message.origin, { firing, items })];
        this.#pendingRecord(message.origin, firing).items.push(...items);
        return notes;
      }
      case "recordEnd": {
        const key = pendingKey(message.origin, firing);
        const record = this.#pending.get(key);
        this.#pending.delete(key);
        return record === undefined ? [] : [this.#record(message.origin, record)];
      }
      case "fault":
        this.#pending.delete(pendingKey(message.origin, firing));
        return this.#diagnostic(() => this.#fault(message.origin));
      case "printing":
        this.#store.expect(message.aggregations);
        return [];
      case "printed":
        return this.#printed(message, firing, values);
      case "emptied":
        this.#store.empty(message.aggregation);
        return [];
      case "normalize": {
        const factor = message.factor === undefined ? undefined : this.#value(message.factor, values);
        this.#store.normalize(
          message.aggregation,
          factor !== undefined && isInt(factor) ? factor : undefined,
        );
        return [];
      }
    }
  }

  #printed(
    { action, origin }: Extract<Message, { kind: "printed" }>,
    firing: Firing,
    values: readonly Json[],
  ): readonly TraceEvent[] {
    switch (action.kind) {
      case "printa": {
        const aggregations: AggregationSnapshot[] = action.statement.aggregations.map((name) =>
          this.#store.snapshot(name),
        );
        this.#pendingRecord(origin, firing).items.push({
          statement: action.statement,
          values: [],
          aggregations,
        });
        return this.#lost(
          "aggregations",
          this.#store.takeLostKeys(),
          "the table of strings was full: ask for more keys",
        );
      }
      case "clear":
        this.#store.clear(action.aggregation, action.shown);
        return [];
      case "trunc": {
        const count = this.#value(action.count, values);
        if (isInt(count)) this.#store.truncate(action.aggregation, count);
        return [];
      }
    }
  }

  #item(
    statement: RecordItem["statement"],
    templates: readonly OutputValue[],
    values: readonly Json[],
  ): RecordItem {
    const item = { statement, values: templates.map((template) => this.#value(template, values)) };
    if (statement.kind === "exit") {
      const [status] = item.values;
      this.exitStatus = status !== undefined && isInt(status) ? Number(BigInt.asUintN(8, BigInt(status))) : 0;
    }
    return item;
  }

  #value(template: OutputValue, values: readonly Json[]): Value {
    let reader = this.#readers.get(template);
    if (reader === undefined) {
      reader = valueReader(template, this.#program.options);
      this.#readers.set(template, reader);
    }
    return reader(values);
  }

  #pendingRecord(origin: Origin, firing: Firing): PendingRecord {
    const key = pendingKey(origin, firing);
    const known = this.#pending.get(key);
    // An end that was lost: what it would have ended is not of this firing.
    if (known !== undefined && known.firing.time === firing.time) return known;
    const record: PendingRecord = { firing, items: [] };
    this.#pending.set(key, record);
    return record;
  }

  #record(origin: Origin, { firing, items }: PendingRecord): TraceEvent {
    const probe = firedProbe(origin, firing.pid);
    const { family } = probe.description;
    const hasThread = family !== "begin" && family !== "end" && family !== "timer";
    return {
      type: "record",
      clause: origin.clause,
      probe: probe.description,
      probeId: probe.id,
      time: Number(firing.time),
      cpu: firing.cpu,
      ...(hasThread ? { pid: firing.pid, tid: firing.tid } : {}),
      items,
    };
  }

  #fault(origin: Origin): Diagnostic {
    const span = this.#program.clauses[origin.clause]?.span;
    return {
      code: "RUNTIME_DIVIDE_BY_ZERO",
      severity: "warning",
      message: "divide by zero",
      ...(span === undefined ? {} : { span }),
    };
  }

  /** bpftrace tells a failed helper function by its place in the script. */
  #helperError(json: Json | undefined, text: string): readonly TraceEvent[] {
    const helper = member(json, "helper");
    const line = Number(asInteger(member(json, "line")) ?? 0);
    if (helper === "map_update_elem") {
      const code = this.#scriptLines[line - 1] ?? "";
      const isAggregation = this.#aggregationMaps.some((name) => code.includes(`${name}[`));
      this.#fullMaps[isAggregation ? "aggregations" : "variables"]++;
      return [];
    }
    // To remove what is not there is no error.
    if (helper === "map_delete_elem") return [];
    return this.#diagnostic(() => ({
      code: "BPFTRACE_HELPER",
      severity: "warning",
      message: `a helper function failed: ${text.slice(0, 200)}`,
      ...this.#spanOfLine(line),
    }));
  }

  /** Updates that found their map full come one by one, and many: they are told together. */
  #takeFullMaps(): readonly TraceEvent[] {
    const reason = `a map of ${this.#script.limits.mapKeys} keys was full: use fewer keys, or trunc()`;
    return (["aggregations", "variables"] as const).flatMap((what) => {
      const count = this.#fullMaps[what];
      this.#fullMaps[what] = 0;
      return this.#lost(what, count, reason);
    });
  }

  #spanOfLine(line: number): Pick<Diagnostic, "span"> {
    const span = this.#script.spans[line - 1];
    return span === undefined ? {} : { span };
  }

  #noteCutStrings(values: readonly Json[]): readonly TraceEvent[] {
    const most = this.#stringSize - 1;
    if (this.#cutString || most >= (this.#program.options.stringSize ?? Infinity)) return [];
    if (!values.some((value) => typeof value === "string" && byteLength(value) >= most)) return [];
    this.#cutString = true;
    return this.#diagnostic(() => ({
      code: "BPFTRACE_STRING_CUT",
      severity: "warning",
      message: `a string was cut at ${most} bytes`,
      hint: "set the size of strings (strsize) to silence this; bpftrace 0.22 and later have longer ones",
    }));
  }

  #lost(
    what: "records" | "aggregations" | "variables",
    count: Int | undefined,
    reason: string,
  ): readonly TraceEvent[] {
    const lost = Number(count ?? 0);
    return lost > 0 ? [{ type: "lost", what, count: lost, reason }] : [];
  }

  #diagnostic(make: () => Diagnostic): readonly TraceEvent[] {
    this.#diagnostics++;
    if (this.#diagnostics > mostDiagnostics) return [];
    return [{ type: "diagnostic", diagnostic: make() }];
  }
}

function pendingKey({ clause, probes }: Origin, { cpu }: Firing): string {
  return `${cpu} ${clause} ${probes[0]?.id}`;
}

/** The probe that fired, of those that share a place in a file: that of the process, if it is known. */
function firedProbe({ probes }: Origin, pid: number): RunProbe {
  const own = probes.find((probe) => probe.description.pid === pid) ?? probes[0];
  if (own === undefined) throw new TypeError("a message comes of a probe");
  return own;
}
