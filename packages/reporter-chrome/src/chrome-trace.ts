/** Turns the events of a run into Chrome trace events. */
import {
  dtraceProbeName,
  KeyedSpans,
  RecordValues,
  spanKey,
  spanName,
  SpanPairs,
  ThreadSpans,
  type AggregationSnapshot,
  type DiagnosticEvent,
  type NamedValues,
  type OpenSpan,
  type ProbeDescription,
  type Program,
  type RecordEvent,
  type SpanKind,
  type SpanDeclaration,
  type SpanPlace,
  type TraceEvent,
} from "@trace/core";
import { Counters } from "./counters.ts";
import { eventId } from "./event-id.ts";
import { Flows, type FlowDeclaration } from "./flows.ts";
import { jsonText } from "./json-text.ts";
import type { NameLookup } from "./process-names.ts";
import { recordArguments, reservedNames, stackMember } from "./record-arguments.ts";
import { emptySummary, type Summary } from "./summary.ts";
import { EventClock, microseconds } from "./timestamp.ts";

/** What a trace is made of, and within which bounds. */
export interface ChromeTraceSettings {
  readonly spans: readonly SpanDeclaration[];
  readonly flows: readonly FlowDeclaration[];
  readonly maxOpenSpans: number;
  readonly names: NameLookup;
  readonly now: () => number;
}

/** Where an event is: members of its JSON. */
interface Place {
  readonly pid: number;
  readonly tid: number;
  readonly time: number;
}

interface Span extends OpenSpan, Place {
  /** `"name":..,"cat":..`. */
  readonly title: string;
  readonly args: string;
  readonly stack: string;
  readonly flows: readonly string[];
}

/**
 * The process of what no process did: aggregations, losses, messages. Greater than any pid that Linux gives
 * (proc(5), pid_max), so that it is nobody else's.
 */
const tracerPid = 4_194_304;

/** Processes and threads whose names are remembered to have been written. */
const MAX_NAMED = 65_536;

/** Takes events, and gives each Chrome event it makes of them to `emit`, as JSON. */
export class ChromeTrace {
  readonly #emit: (event: string) => void;
  readonly #settings: ChromeTraceSettings;
  readonly #pairs: SpanPairs;
  readonly #values = new RecordValues(reservedNames);
  readonly #threadSpans: ThreadSpans<Span>;
  readonly #keyedSpans: KeyedSpans<OpenSpan>;
  readonly #flows: Flows;
  readonly #counters: Counters;
  readonly #clock: EventClock;
  readonly #titles = new WeakMap<ProbeDescription | SpanKind, string>();
  readonly #named = new Set<string | number>();
  readonly #summary: Summary = emptySummary();
  readonly #about: Record<string, string | number> = {};
  /** The last firing that was one end of a span: the records of other clauses at the same firing are not. */
  #edge: RecordEvent | undefined;

  constructor(program: Program, settings: ChromeTraceSettings, emit: (event: string) => void) {
    this.#emit = emit;
    this.#settings = settings;
    this.#pairs = new SpanPairs(program, settings.spans);
    this.#threadSpans = new ThreadSpans(settings.maxOpenSpans);
    this.#keyedSpans = new KeyedSpans(settings.maxOpenSpans);
    this.#flows = new Flows(settings.flows);
    this.#counters = new Counters(program);
    this.#clock = new EventClock(settings.now);
  }

  add(event: TraceEvent): void {
    switch (event.type) {
      case "ready":
        this.#about["backend"] = event.backend;
        this.#pairs.attach(event.attached);
        return;
      case "record":
        return this.#record(event);
      case "aggregation":
        return this.#aggregations(event.aggregations, this.#tracerPlace());
      case "text":
        return this.#message("text", "text", event.text.trimEnd());
      case "lost":
        if (event.what === "records") this.#summary.lostRecords += event.count;
        return this.#message(`lost ${event.count} ${event.what}`, "lost", event.reason);
      case "diagnostic":
        return this.#diagnostic(event);
      case "end":
        this.#about["end"] = event.reason;
        this.#about["status"] = event.status;
        return;
    }
  }

  /** Writes what is still open. Returns what there is to say about the whole, as JSON. */
  end(): string {
    for (const span of this.#threadSpans.all()) this.#unfinished(span);
    this.#summary.beginsWithoutEnd += this.#keyedSpans.size;
    this.#summary.seriesLeftOut = this.#counters.leftOut;
    const about = JSON.stringify({ ...this.#about, ...this.#summary });
    const place = this.#tracerPlace();
    this.#emit(`{"ph":"i","name":"trace summary","cat":"trace","s":"g",${where(place)},"args":${about}}`);
    return about;
  }

  #record(event: RecordEvent): void {
    const { probe } = event;
    const pid = event.pid ?? probe.pid ?? tracerPid;
    const place = { pid, tid: event.tid ?? pid, time: this.#time(event) };
    this.#nameThread(place, probe);
    const values = this.#values.read(event);
    const flows = this.#flows.at(probe, values);
    const span = this.#isEdge(event) ? this.#pairs.find(probe, event.clause) : undefined;
    const shown = span !== undefined && this.#spanEdge(event, place, span, values, flows);
    // What does nothing but print aggregations is shown by its counters.
    if (!shown && !event.items.every((item) => item.aggregations !== undefined))
      this.#instant(event, place, values, flows);
    for (const item of event.items)
      if (item.aggregations !== undefined)
        this.#aggregations(item.aggregations, { ...place, pid: tracerPid, tid: tracerPid });
  }

  #time(event: RecordEvent): number {
    const { time } = event;
    if (time === undefined || !(time >= 0)) {
      this.#summary.eventsWithoutTime++;
      return this.#clock.read();
    }
    this.#clock.tell(time);
    return time;
  }

  #isEdge(event: RecordEvent): boolean {
    const last = this.#edge;
    return !(
      last !== undefined &&
      event.time !== undefined &&
      last.time === event.time &&
      last.tid === event.tid &&
      last.probe === event.probe &&
      last.clause !== event.clause
    );
  }

  /** Returns false where the record turned out to be no end of a span. */
  #spanEdge(
    event: RecordEvent,
    place: Place,
    { edge, kind }: SpanPlace,
    values: NamedValues,
    flows: readonly string[],
  ): boolean {
    const own = spanName(kind, values);
    // Member by member: a spread here takes longer than all the rest.
    const span: Span = {
      pid: place.pid,
      tid: place.tid,
      time: place.time,
      kind,
      name: own ?? kind.name,
      title: own === undefined ? this.#kindTitle(kind) : title(own, kind.category),
      args: recordArguments(event, values),
      stack: stackMember(values.values),
      flows,
    };
    this.#edge = event;
    if (kind.key !== undefined) return this.#asyncEdge(edge, span, values);
    const thread = threadIdentity(place);
    if (edge === "begin") {
      const forgotten = this.#threadSpans.begin(thread, span);
      if (forgotten !== undefined) {
        this.#summary.spansForgotten++;
        this.#unfinished(forgotten);
      }
      return true;
    }
    const ended = this.#threadSpans.end(thread, kind, own);
    if (ended === undefined) {
      this.#summary.endsWithoutBegin++;
      return false;
    }
    for (const inner of ended.unfinished) {
      this.#summary.spansCutShort++;
      this.#complete(inner, place.time, "");
    }
    this.#complete(ended.span, place.time, span.args);
    if (flows.length > 0) {
      // One nanosecond before the end is still inside, for a viewer that asks what an arrow points to.
      this.#emitFlows(flows, { ...place, time: Math.max(ended.span.time, place.time - 1) });
    }
    return true;
  }

  #asyncEdge(edge: "begin" | "end", span: Span, values: NamedValues): boolean {
    const { kind } = span;
    const identity = spanKey(kind, values);
    const value =
      typeof kind.key === "string" ? values.values[values.names.indexOf(kind.key)] : values.values[0];
    if (identity === undefined || value === undefined) return false;
    const key = `${span.pid} ${identity}`;
    let phase = "b";
    if (edge === "begin") {
      if (this.#keyedSpans.begin(key, { kind, name: span.name }) !== undefined)
        this.#summary.spansForgotten++;
    } else if (this.#keyedSpans.end(key, kind) !== undefined) {
      phase = "e";
      this.#summary.asyncSpans++;
    } else {
      this.#summary.endsWithoutBegin++;
      // Its begin may be in the file all the same, forgotten since.
      phase = this.#summary.spansForgotten > 0 ? "e" : "n";
    }
    const id = `"id2":{"local":"${eventId("", value)}"},"scope":${jsonText(kind.name)}`;
    this.#emit(`{"ph":"${phase}",${span.title},${id},${where(span)},"args":{${span.args}}}`);
    this.#emitFlows(span.flows, span);
    return true;
  }

  #complete(span: Span, end: number, endArgs: string): void {
    const duration = end - span.time;
    if (duration < 0) this.#summary.negativeDurations++;
    this.#summary.spans++;
    const more = endArgs === "" ? "" : `${span.args === "" ? "" : ","}"end":{${endArgs}}`;
    const dur = microseconds(Math.max(0, duration));
    this.#emit(
      `{"ph":"X",${span.title},${where(span)},"dur":${dur},"args":{${span.args}${more}}${span.stack}}`,
    );
    this.#emitFlows(span.flows, span);
  }

  /** A begin without its end: viewers draw it to the end of the trace, and say so. */
  #unfinished(span: Span): void {
    this.#summary.beginsWithoutEnd++;
    this.#emit(`{"ph":"B",${span.title},${where(span)},"args":{${span.args}}${span.stack}}`);
    this.#emitFlows(span.flows, span);
  }

  #instant(event: RecordEvent, place: Place, values: NamedValues, flows: readonly string[]): void {
    this.#summary.instants++;
    const name = this.#probeTitle(event.probe);
    const args = `"args":{${recordArguments(event, values)}}`;
    if (flows.length > 0) {
      // An arrow needs a slice to start from or to point to.
      this.#emit(`{"ph":"X",${name},${where(place)},"dur":0,${args}${stackMember(values.values)}}`);
      this.#emitFlows(flows, place);
    } else if (event.probe.family === "timer")
      // Only an instant of a thread may have a stack.
      this.#emit(`{"ph":"i",${name},"s":"p",${where(place)},${args}}`);
    else this.#emit(`{"ph":"i",${name},"s":"t",${where(place)},${args}${stackMember(values.values)}}`);
  }

  #emitFlows(flows: readonly string[], place: Place): void {
    for (const flow of flows) this.#emit(`{${flow},${where(place)}}`);
  }

  #aggregations(aggregations: readonly AggregationSnapshot[], place: Place): void {
    for (const snapshot of aggregations)
      for (const { name, series } of this.#counters.read(snapshot)) {
        this.#nameProcess(tracerPid);
        this.#emit(`{"ph":"C","name":${jsonText(name)},${where(place)},"args":{${series}}}`);
      }
  }

  #diagnostic({ diagnostic }: DiagnosticEvent): void {
    this.#message(diagnostic.message, diagnostic.severity, diagnostic.code);
  }

  /** Something about the whole run, at the moment it comes. */
  #message(name: string, category: string, detail: string): void {
    const place = this.#tracerPlace();
    this.#emit(
      `{"ph":"i",${title(name, category)},"s":"g",${where(place)},"args":{"detail":${jsonText(detail)}}}`,
    );
  }

  #tracerPlace(): Place {
    return { pid: tracerPid, tid: tracerPid, time: this.#clock.read() };
  }

  #probeTitle(probe: ProbeDescription): string {
    let known = this.#titles.get(probe);
    if (known === undefined) {
      const plain = dtraceProbeName(probe.name);
      const name =
        probe.family === "function" || probe.family === "syscall" ? `${probe.function}:${plain}` : plain;
      known = title(name, probe.provider || probe.family);
      this.#titles.set(probe, known);
    }
    return known;
  }

  #kindTitle(kind: SpanKind): string {
    let known = this.#titles.get(kind);
    if (known === undefined) {
      known = title(kind.name, kind.category);
      this.#titles.set(kind, known);
    }
    return known;
  }

  #nameThread(place: Place, probe: ProbeDescription): void {
    const thread = threadIdentity(place);
    if (this.#named.has(thread)) return;
    this.#nameProcess(place.pid, probe.provider);
    this.#remember(thread);
    const name = this.#settings.names(place.pid, place.tid);
    if (name !== undefined) this.#metadata("thread_name", place, name);
  }

  #nameProcess(pid: number, otherwise = ""): void {
    const identity = `process ${pid}`;
    if (this.#named.has(identity)) return;
    this.#remember(identity);
    const known = pid === tracerPid ? "trace" : (this.#settings.names(pid) ?? otherwise);
    if (known !== "") this.#metadata("process_name", { pid, tid: pid, time: 0 }, known);
  }

  #remember(identity: string | number): void {
    if (this.#named.size >= MAX_NAMED) this.#named.clear();
    this.#named.add(identity);
  }

  #metadata(kind: "process_name" | "thread_name", { pid, tid }: Place, name: string): void {
    this.#emit(`{"ph":"M","name":"${kind}","pid":${pid},"tid":${tid},"args":{"name":${jsonText(name)}}}`);
  }
}

function title(name: string, category: string): string {
  return `"name":${jsonText(name)},"cat":${jsonText(category)}`;
}

/** One number for a thread: ids of processes have 22 bits, so that it is exact. */
function threadIdentity({ pid, tid }: Place): number {
  return pid * 0x8000_0000 + tid;
}

function where({ pid, tid, time }: Place): string {
  return `"ts":${microseconds(time)},"pid":${pid},"tid":${tid}`;
}
