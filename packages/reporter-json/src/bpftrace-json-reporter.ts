/**
 * The lines that `bpftrace -f json` writes, for programs that read those: types and fields as of bpftrace 0.17 to 0.27,
 * spaces included.
 */
import {
  bucketRange,
  displayText,
  divideInt,
  orderRows,
  renderPrintf,
  standardDeviation,
  stateValue,
  writeTexts,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type AggregatingFunction,
  type Int,
  type Program,
  type RecordItem,
  type Reporter,
  type Stack,
  type StackFrame,
  type TraceEvent,
  type Value,
} from "@trace/core";

/** What JSON holds, with integers of 64 bits; a Map is an object whose members have an order, also where they look like numbers. */
type Json = Int | string | readonly Json[] | ReadonlyMap<string, Json> | { readonly [name: string]: Json };

/** What is printed by a firing appears as `printf`, `value` and maps; aggregations appear at the end. */
export function bpftraceJsonReporter(): Reporter {
  return {
    apiVersion: 1,
    name: "json:bpftrace",
    write: (events, { program, out }) => writeTexts(events, out, createEncoder(program)),
  };
}

function createEncoder(program: Program): (event: TraceEvent) => string {
  const declarations = new Map(program.aggregations.map((one) => [one.name, one]));

  const maps = (snapshots: readonly AggregationSnapshot[]): string =>
    snapshots
      .map((snapshot) => {
        const declaration = declarations.get(snapshot.name);
        return declaration === undefined || snapshot.rows.length === 0 ? "" : mapLine(declaration, snapshot);
      })
      .join("");

  const item = ({ statement, values, aggregations = [] }: RecordItem): string => {
    const [value] = values;
    switch (statement.kind) {
      case "printf":
        return line("printf", renderPrintf(statement.format, values));
      case "printa":
        return maps(aggregations);
      case "trace":
      case "stack":
        return value === undefined ? "" : line("value", valueJson(value));
      case "default":
      case "exit":
        return "";
    }
  };

  return (event) => {
    switch (event.type) {
      case "ready":
        return line("attached_probes", { probes: event.attached.length + countOwnProbes(program) });
      case "record":
        return event.items.map(item).join("");
      case "text":
        return line("printf", event.text);
      case "lost":
        return event.what === "records" ? line("lost_events", { events: event.count }) : "";
      case "aggregation":
        // bpftrace goes by name.
        return event.final ? maps(event.aggregations.toSorted((a, b) => (a.name < b.name ? -1 : 1))) : "";
      case "diagnostic":
      case "end":
        return "";
    }
  };
}

/** Begin, end and each timer are probes, too. */
function countOwnProbes(program: Program): number {
  const points = program.clauses.flatMap((clause) => clause.points);
  return points.filter(({ kind }) => kind === "begin" || kind === "end" || kind === "timer").length;
}

function mapLine(declaration: AggregationDeclaration, snapshot: AggregationSnapshot): string {
  const { function: fn, keys } = declaration;
  const { normalization = 1 } = snapshot;
  const rows = orderRows(declaration, snapshot.rows).map(
    (row) => [row.keys.map(keyText).join(","), rowJson(fn, row, normalization)] as const,
  );
  const [only] = rows;
  const content = keys.length === 0 && only !== undefined ? only[1] : new Map(rows);
  return line(mapType(fn), { [`@${snapshot.name === "_" ? "" : snapshot.name}`]: content });
}

function mapType(fn: AggregatingFunction): string {
  switch (fn.name) {
    case "quantize":
    case "lquantize":
    case "llquantize":
      return "hist";
    case "avg":
      return "stats";
    default:
      return "map";
  }
}

function rowJson(fn: AggregatingFunction, { state }: AggregationRow, normalization: Int): Json {
  const divisor = normalization === 0 ? 1 : normalization;
  if (state.kind === "stddev") return standardDeviation(state, divisor);
  if (state.kind === "buckets") return bucketsJson(fn, state.counts, divisor);
  return divideInt(
    stateValue(fn, state, () => 0),
    divisor,
  );
}

/** From the first bucket that counts to the last; a side that is open has no `min` or `max`. */
function bucketsJson(fn: AggregatingFunction, counts: ReadonlyMap<number, Int>, divisor: Int): Json {
  const indexes = [...counts.keys()];
  const first = Math.min(...indexes);
  const length = indexes.length === 0 ? 0 : Math.max(...indexes) - first + 1;
  return Array.from({ length }, (_, at) => {
    const { low, high } = bucketRange(fn, first + at);
    return {
      ...(low === undefined ? {} : { min: low }),
      ...(high === undefined ? {} : { max: high }),
      count: divideInt(counts.get(first + at) ?? 0, divisor),
    };
  });
}

function valueJson(value: Value): Json {
  if (typeof value !== "object") return value;
  if ("frames" in value) return stackText(value, 8);
  return Number.isFinite(value.float) ? value.float : String(value.float);
}

function keyText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object") return value.toString();
  return "frames" in value ? stackText(value, 4) : String(value.float);
}

function stackText({ frames }: Stack, indent: number): string {
  return `\n${frames.map((frame) => `${" ".repeat(indent)}${frameText(frame)}\n`).join("")}`;
}

function frameText({ address, symbol, offset = 0 }: StackFrame): string {
  return symbol === undefined
    ? `0x${BigInt.asUintN(64, BigInt(address)).toString(16)}`
    : `${symbol}+${offset}`;
}

function line(type: string, data: Json): string {
  return `{"type": ${JSON.stringify(type)}, "data": ${jsonText(data)}}\n`;
}

function jsonText(json: Json): string {
  if (typeof json === "number" || typeof json === "bigint") return json.toString();
  if (typeof json === "string") return JSON.stringify(displayText(json));
  if (Array.isArray(json)) return `[${json.map(jsonText).join(", ")}]`;
  const entries: readonly (readonly [string, Json])[] =
    json instanceof Map ? [...json] : Object.entries(json);
  const members = entries.map(([name, value]) => `${JSON.stringify(displayText(name))}: ${jsonText(value)}`);
  return `{${members.join(", ")}}`;
}
