/** What styles have in common: which events show something on standard output, and when the end is shown. */
import type { AggregationSnapshot, RecordEvent } from "@trace/core";
import type { RenderEvent } from "./text-style.ts";

export interface EventRenderers {
  record(event: RecordEvent): string;
  /** The end of a run, with all aggregations; without any where the run ended with none. */
  conclude(snapshots: readonly AggregationSnapshot[]): string;
}

/** Calls `conclude` once: for the final aggregations, or at the end of a run that sent none and did not fail. */
export function renderEvents({ record, conclude }: EventRenderers): RenderEvent {
  let concluded = false;
  return (event) => {
    switch (event.type) {
      case "record":
        return record(event);
      case "text":
        return event.text;
      case "aggregation":
        if (!event.final) return "";
        concluded = true;
        return conclude(event.aggregations);
      case "end":
        return concluded || event.reason === "failed" ? "" : conclude([]);
      case "ready":
      case "lost":
      case "diagnostic":
        return "";
    }
  };
}
