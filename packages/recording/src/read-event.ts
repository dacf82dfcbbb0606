/** Events from lines: the inverse of `line-encoder.ts`. */
import {
  argumentTypes,
  outputStatements,
  validateProgram,
  type AggregationDeclaration,
  type OutputStatement,
  type ProbeDescription,
  type ProbeFamily,
  type ProbePoint,
  type Program,
  type RecordEvent,
  type RecordItem,
  type TraceEvent,
  type Value,
} from "@trace/core";
import {
  Malformed,
  optional,
  readChoice,
  readCount,
  readFields,
  readList,
  readNumber,
  readString,
  readValue,
  type Fields,
} from "./fields.ts";
import { readAggregation } from "./read-aggregation.ts";

const FAMILIES: readonly ProbeFamily[] = [
  "usdt",
  "function",
  "syscall",
  "tracepoint",
  "timer",
  "begin",
  "end",
  "error",
];

/** Makes events of lines of one recording. */
export class EventReader {
  readonly #statements: readonly OutputStatement[];
  readonly #aggregations: ReadonlyMap<string, AggregationDeclaration>;
  /** Each probe is one object, however often it is mentioned. */
  readonly #probes = new Map<string, ProbeDescription>();
  readonly #numbered = new Map<number, ProbeDescription>();

  constructor(program: Program) {
    this.#statements = outputStatements(program);
    this.#aggregations = new Map(program.aggregations.map((one) => [one.name, one]));
  }

  /** The event in a line; undefined where the line holds none. Throws a {@link Malformed}. */
  read(fields: Fields): TraceEvent | undefined {
    switch (fields["type"]) {
      case "record":
        return this.#record(fields);
      case "probe":
        this.#numbered.set(readCount(fields, "id"), this.#probe(fields));
        return undefined;
      case "ready":
        return {
          type: "ready",
          backend: readString(fields, "backend"),
          attached: readList(fields, "attached", (json) => this.#probe(readFields(json, "a probe"))),
          unmatched: readPoints(readList(fields, "unmatched", (json) => json)),
        };
      case "aggregation":
        return {
          type: "aggregation",
          aggregations: this.#snapshots(fields),
          final: fields["final"] === true,
        };
      case "text":
        return { type: "text", text: readString(fields, "text") };
      case "lost":
        return {
          type: "lost",
          what: readChoice(fields, "what", ["records", "aggregations", "variables", "probes"]),
          count: readCount(fields, "count"),
          reason: readString(fields, "reason"),
        };
      case "diagnostic":
        return {
          type: "diagnostic",
          diagnostic: {
            code: readString(fields, "code"),
            severity: readChoice(fields, "severity", ["error", "warning", "note"]),
            message: readString(fields, "message"),
            ...optional(fields, "span", readSpan),
            ...optional(fields, "hint", readString),
          },
        };
      case "end":
        return {
          type: "end",
          reason: readChoice(fields, "reason", ["exit", "stopped", "target", "failed"]),
          status: readCount(fields, "status"),
        };
      default:
        return undefined;
    }
  }

  #record(fields: Fields): RecordEvent {
    const probeId = readCount(fields, "probeId");
    const probe = this.#numbered.get(probeId);
    if (probe === undefined) throw new Malformed(`no line before says what probe ${probeId} is`);
    return {
      type: "record",
      clause: readCount(fields, "clause"),
      probe,
      probeId,
      ...optional(fields, "time", readNumber),
      ...optional(fields, "cpu", readCount),
      ...optional(fields, "pid", readCount),
      ...optional(fields, "tid", readCount),
      items: readList(fields, "items", (json) => this.#item(readFields(json, "an item"))),
    };
  }

  #item(fields: Fields): RecordItem {
    const number = readCount(fields, "statement");
    const statement = this.#statements[number];
    if (statement === undefined || statement.kind !== fields["kind"])
      throw new Malformed(`output statement ${number} of the program is another`);
    switch (statement.kind) {
      case "printf":
        return { statement, values: readList(fields, "values", readValue) };
      case "printa":
        return { statement, values: [], aggregations: this.#snapshots(fields) };
      case "trace":
      case "exit":
      case "stack":
        return { statement, values: readOnly(fields["value"]) };
      case "default":
        return { statement, values: [] };
    }
  }

  #snapshots(fields: Fields): ReturnType<typeof readAggregation>[] {
    return [...readList(fields, "aggregations", (json) => readAggregation(json, this.#aggregations))];
  }

  #probe(fields: Fields): ProbeDescription {
    const probe: ProbeDescription = {
      family: readChoice(fields, "family", FAMILIES),
      provider: readString(fields, "provider"),
      module: readString(fields, "module"),
      function: readString(fields, "function"),
      name: readString(fields, "name"),
      arguments: readList(fields, "arguments", (json) => {
        const one = readFields(json, "an argument");
        return { ...optional(one, "name", readString), type: readChoice(one, "type", argumentTypes) };
      }),
      ...optional(fields, "pid", readCount),
      ...optional(fields, "path", readString),
    };
    const identity = JSON.stringify(probe);
    const known = this.#probes.get(identity);
    if (known !== undefined) return known;
    this.#probes.set(identity, probe);
    return probe;
  }
}

function readOnly(json: unknown): readonly Value[] {
  return json === null ? [] : [readValue(json)];
}

function readSpan(fields: Fields, name: string): { readonly start: number; readonly end: number } {
  const span = readFields(fields[name], "a span");
  return { start: readCount(span, "start"), end: readCount(span, "end") };
}

/** Checked as the points of a clause are. */
function readPoints(points: readonly unknown[]): readonly ProbePoint[] {
  if (points.length === 0) return [];
  const { program } = validateProgram({
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: [],
    clauses: [{ points, body: [] }],
  });
  if (program === undefined) throw new Malformed("'unmatched' holds what is no probe point");
  return points as readonly ProbePoint[];
}
