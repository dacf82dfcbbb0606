/** Events as JSON. What each kind looks like is written, with an example, in the README and in `schema.json`. */
import {
  renderPrintf,
  valueToJson,
  type AggregationSnapshot,
  type ProbeDescription,
  type ProbePoint,
  type Program,
  type RecordEvent,
  type RecordItem,
  type TraceEvent,
} from "@trace/core";
import { aggregationJson } from "./aggregation-json.ts";

/** Makes the JSON of one event of a run of `program` after another. */
export function createEventEncoder(program: Program): (event: TraceEvent) => object {
  const declarations = new Map(program.aggregations.map((one) => [one.name, one]));

  const aggregationsJson = (snapshots: readonly AggregationSnapshot[]): object[] =>
    snapshots.flatMap((snapshot) => {
      const declaration = declarations.get(snapshot.name);
      return declaration === undefined ? [] : [aggregationJson(declaration, snapshot)];
    });

  const itemJson = ({ statement, values, aggregations = [] }: RecordItem): object => {
    const { kind } = statement;
    const value = values[0];
    switch (kind) {
      case "printf":
        return { kind, text: renderPrintf(statement.format, values), values: values.map(valueToJson) };
      case "printa":
        return { kind, aggregations: aggregationsJson(aggregations) };
      case "trace":
      case "exit":
        return { kind, value: value === undefined ? null : valueToJson(value) };
      case "stack":
        return { kind, space: statement.space, value: value === undefined ? null : valueToJson(value) };
      case "default":
        return { kind };
    }
  };

  // What a backend does not tell is undefined, and so left out by JSON.stringify.
  const recordJson = ({ type, clause, probe, probeId, time, cpu, pid, tid, items }: RecordEvent): object => ({
    type,
    clause,
    probe: probeName(probe),
    probeId,
    time,
    cpu,
    pid,
    tid,
    items: items.map(itemJson),
  });

  return (event) => {
    switch (event.type) {
      case "ready":
        return {
          ...event,
          attached: event.attached.map(probeJson),
          unmatched: event.unmatched.map(pointJson),
        };
      case "record":
        return recordJson(event);
      case "aggregation":
        return { ...event, aggregations: aggregationsJson(event.aggregations) };
      case "diagnostic":
        return { type: event.type, ...event.diagnostic };
      case "text":
      case "lost":
      case "end":
        return event;
    }
  };
}

/** What tells a probe from another: its names and the process that has it. */
function probeName({ provider, module, function: fn, name, pid }: ProbeDescription): object {
  return { provider, module, function: fn, name, pid };
}

function probeJson(probe: ProbeDescription): object {
  return { ...probeName(probe), family: probe.family, path: probe.path, arguments: probe.arguments };
}

/** A probe point without what only the language knows of it. */
function pointJson(point: ProbePoint): object {
  const { condition: _condition, span: _span, ...rest } = point;
  return rest;
}
