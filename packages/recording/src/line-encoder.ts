/** Events as lines of JSON. What each kind looks like is written, with an example, in the README of `@trace/reporter-json`. */
import {
  outputStatements,
  renderPrintf,
  valueToJson,
  type AggregationSnapshot,
  type OutputStatement,
  type ProbeDescription,
  type ProbePoint,
  type Program,
  type RecordEvent,
  type RecordItem,
  type TraceEvent,
  type Value,
} from "@trace/core";
import { aggregationJson } from "./aggregation-json.ts";
import { recordingVersion, type RecordingFacts } from "./facts.ts";

/** Makes the lines of one run. All text ends in a line feed and is well-formed Unicode. */
export class LineEncoder {
  readonly #program: Program;
  readonly #facts: RecordingFacts | undefined;
  readonly #declarations: ReadonlyMap<string, Program["aggregations"][number]>;
  readonly #statementNumbers: ReadonlyMap<OutputStatement, number>;
  /** The names of a probe as JSON. */
  readonly #names = new WeakMap<ProbeDescription, string>();
  /** What the reader knows each probe number to be. */
  readonly #numbered = new Map<number, ProbeDescription>();
  readonly #processes = new Set<number>();
  readonly #threads = new Set<number>();

  /** With `facts` the lines also tell of the surroundings of the run. */
  constructor(program: Program, facts?: RecordingFacts) {
    this.#program = program;
    this.#facts = facts;
    this.#declarations = new Map(program.aggregations.map((one) => [one.name, one]));
    this.#statementNumbers = new Map(outputStatements(program).map((one, number) => [one, number]));
  }

  /** The first line: what the rest is. */
  first(): string {
    const { style } = this.#program;
    const { script, host } = this.#facts ?? {};
    const clock =
      host === undefined
        ? undefined
        : { monotonic: valueToJson(host.clock.monotonic), wall: valueToJson(host.clock.wall) };
    return line({
      type: "trace",
      version: recordingVersion,
      style,
      program: this.#program,
      script,
      host: host === undefined ? undefined : { ...host, clock },
    });
  }

  /** The line of `event`, after those that a reader needs to understand it. */
  encode(event: TraceEvent): string {
    switch (event.type) {
      case "record":
        return this.#introduce(event) + this.#record(event);
      case "ready": {
        const { type, backend, attached, unmatched } = event;
        const processes = attached.map(({ pid }) => this.#introduceProcess(pid)).join("");
        return (
          processes +
          line({
            type,
            backend,
            attached: attached.map(probeJson),
            unmatched: unmatched.map(pointJson),
            time: this.#facts?.now(),
          })
        );
      }
      case "aggregation": {
        const { type, final, aggregations } = event;
        return line({ type, final, aggregations: this.#aggregations(aggregations) });
      }
      case "diagnostic": {
        const { code, severity, message, span, hint } = event.diagnostic;
        return line({ type: event.type, code, severity, message, span, hint });
      }
      case "text":
        return line({ type: event.type, text: event.text });
      case "lost": {
        const { type, what, count, reason } = event;
        return line({ type, what, count, reason });
      }
      case "end": {
        const { type, reason, status } = event;
        return line({ type, reason, status, time: this.#facts?.now() });
      }
    }
  }

  #introduce({ probe, probeId, pid, tid }: RecordEvent): string {
    const about = this.#introduceProcess(pid) + this.#introduceThread(pid, tid);
    const known = this.#numbered.get(probeId);
    if (known === probe) return about;
    this.#numbered.set(probeId, probe);
    const definition = line({ type: "probe", id: probeId, ...probeJson(probe) });
    return known !== undefined && definition === line({ type: "probe", id: probeId, ...probeJson(known) })
      ? about
      : about + definition;
  }

  #introduceProcess(pid: number | undefined): string {
    if (this.#facts === undefined || pid === undefined || this.#processes.has(pid)) return "";
    this.#processes.add(pid);
    const known = this.#facts.process(pid);
    return known === undefined ? "" : line({ type: "process", pid, ...known });
  }

  #introduceThread(pid: number | undefined, tid: number | undefined): string {
    if (this.#facts === undefined || pid === undefined || tid === undefined || this.#threads.has(tid))
      return "";
    this.#threads.add(tid);
    const name = this.#facts.thread(pid, tid);
    return name === undefined ? "" : line({ type: "thread", pid, tid, name });
  }

  /** By hand: records are what there is much of. */
  #record({ clause, probe, probeId, time, cpu, pid, tid, items }: RecordEvent): string {
    let text = `{"type":"record","clause":${clause},"probe":${this.#name(probe)},"probeId":${probeId}`;
    if (time !== undefined) text += `,"time":${time}`;
    if (cpu !== undefined) text += `,"cpu":${cpu}`;
    if (pid !== undefined) text += `,"pid":${pid}`;
    if (tid !== undefined) text += `,"tid":${tid}`;
    return `${text},"items":[${joined(items, (item) => this.#item(item))}]}\n`;
  }

  #name(probe: ProbeDescription): string {
    let name = this.#names.get(probe);
    if (name === undefined) {
      name = JSON.stringify(probeName(probe));
      this.#names.set(probe, name);
    }
    return name;
  }

  #item({ statement, values, aggregations = [] }: RecordItem): string {
    const { kind } = statement;
    const number = this.#statementNumbers.get(statement);
    const head = number === undefined ? `{"kind":"${kind}"` : `{"kind":"${kind}","statement":${number}`;
    switch (kind) {
      case "printf": {
        const text = JSON.stringify(renderPrintf(statement.format, values));
        return `${head},"text":${text},"values":[${joined(values, valueText)}]}`;
      }
      case "printa":
        return `${head},"aggregations":${JSON.stringify(this.#aggregations(aggregations))}}`;
      case "trace":
      case "exit":
        return `${head},"value":${valueText(values[0])}}`;
      case "stack":
        return `${head},"space":"${statement.space}","value":${valueText(values[0])}}`;
      case "default":
        return `${head}}`;
    }
  }

  #aggregations(snapshots: readonly AggregationSnapshot[]): object[] {
    return snapshots.flatMap((snapshot) => {
      const declaration = this.#declarations.get(snapshot.name);
      return declaration === undefined ? [] : [aggregationJson(declaration, snapshot)];
    });
  }
}

/** What is undefined is left out by JSON.stringify. */
function line(fields: object): string {
  return `${JSON.stringify(fields)}\n`;
}

/** What `text` makes of each of `list`, with commas between. */
function joined<T>(list: readonly T[], text: (one: T) => string): string {
  const [only] = list;
  if (list.length === 1 && only !== undefined) return text(only);
  let all = "";
  for (const one of list) all += all === "" ? text(one) : `,${text(one)}`;
  return all;
}

function valueText(value: Value | undefined): string {
  if (typeof value === "number") return String(value);
  return value === undefined ? "null" : JSON.stringify(valueToJson(value));
}

/** What tells a probe from another: its names and the process that has it. */
function probeName({ provider, module, function: fn, name, pid }: ProbeDescription): object {
  return { provider, module, function: fn, name, pid };
}

function probeJson(probe: ProbeDescription): object {
  const { family, path } = probe;
  const list = probe.arguments.map(({ name, type }) => ({ name, type }));
  return { ...probeName(probe), family, path, arguments: list };
}

/** A probe point without what only the language knows of it. */
function pointJson(point: ProbePoint): object {
  const { condition: _condition, span: _span, ...rest } = point;
  return rest;
}
