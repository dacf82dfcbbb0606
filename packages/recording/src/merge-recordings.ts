/** One run of the aggregations of several: of many processes, hosts or times. */
import {
  errorDiagnostic,
  mergeSnapshots,
  sameType,
  TraceError,
  typeName,
  type AggregationDeclaration,
  type AggregationSnapshot,
  type EndEvent,
  type ProbeDescription,
  type TraceEvent,
} from "@trace/core";
import type { Recording } from "./read-recording.ts";

/**
 * The events of a run that aggregated what all of `recordings` did, at least one: what was attached, what was lost, the
 * aggregations, merged, and the end, which is `failed` where one of the recordings is damaged. What programs printed
 * is left out. Throws a TraceError RECORDINGS_DISAGREE where programs aggregate differently. The program of the result
 * is that of the first.
 */
export function mergeRecordings(
  recordings: readonly [Recording, ...Recording[]],
): AsyncGenerator<TraceEvent> {
  const [first, ...others] = recordings;
  for (const other of others) checkAgreement(first, other);
  return mergedEvents(recordings);
}

async function* mergedEvents(recordings: readonly [Recording, ...Recording[]]): AsyncGenerator<TraceEvent> {
  const [{ program }] = recordings;
  const attached: ProbeDescription[] = recordings.flatMap(({ ready }) => ready?.attached ?? []);
  yield { type: "ready", backend: "merge", attached, unmatched: [] };
  let merged: readonly AggregationSnapshot[] = [];
  let end: EndEvent = { type: "end", reason: "stopped", status: 0 };
  for (const recording of recordings) {
    let latest: readonly AggregationSnapshot[] = [];
    for await (const event of recording.events) {
      if (event.type === "aggregation") latest = event.aggregations;
      else if (event.type === "lost" || isDamage(event)) yield event;
      else if (event.type === "end" && event.reason === "failed") end = event;
    }
    merged = program.aggregations.map(({ name }) =>
      mergeSnapshots(
        name,
        [...merged, ...latest].filter((snapshot) => snapshot.name === name),
      ),
    );
  }
  yield { type: "aggregation", aggregations: merged, final: true };
  yield end;
}

function isDamage(event: TraceEvent): boolean {
  return event.type === "diagnostic" && event.diagnostic.code === "RECORDING_MALFORMED";
}

function checkAgreement(first: Recording, other: Recording): void {
  const names = new Set(
    [first, other].flatMap(({ program }) => program.aggregations.map(({ name }) => name)),
  );
  for (const name of names) {
    const [one, two] = [first, other].map(({ program }) =>
      program.aggregations.find((declaration) => declaration.name === name),
    );
    if (one !== undefined && two !== undefined && agree(one, two)) continue;
    throw new TraceError(
      errorDiagnostic(
        "RECORDINGS_DISAGREE",
        `@${name === "_" ? "" : name} is ${describe(one)} in ${first.name} and ${describe(two)} in ${other.name}`,
        { hint: "recordings can be merged whose programs have the same aggregations" },
      ),
    );
  }
}

function agree(one: AggregationDeclaration, two: AggregationDeclaration): boolean {
  return (
    describeFunction(one) === describeFunction(two) &&
    sameType(one.value, two.value) &&
    one.keys.length === two.keys.length &&
    one.keys.every((type, index) => type.kind === two.keys[index]?.kind && sameType(type, two.keys[index]))
  );
}

function describe(declaration: AggregationDeclaration | undefined): string {
  if (declaration === undefined) return "not there";
  const keys = declaration.keys.map(typeName).join(", ");
  const values = declaration.function.name === "count" ? "" : ` of ${typeName(declaration.value)}`;
  return `${describeFunction(declaration)}${values}${keys === "" ? "" : ` by [${keys}]`}`;
}

/** `lquantize(low 0, high 100, step 10)`. */
function describeFunction({ function: { name, ...parameters } }: AggregationDeclaration): string {
  const list = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} ${String(value)}`);
  return `${name}(${list.join(", ")})`;
}
