/** Output as bpftrace 0.27 prints it, byte for byte. */
import { renderPrintf, type Program, type RecordItem } from "@trace/core";
import { declaredAggregations } from "../declared-aggregations.ts";
import { normalizationOf } from "../dtrace/joined-rows.ts";
import { renderFormattedRows, type DrawHistogram } from "../formatted-rows.ts";
import { renderEvents } from "../render-events.ts";
import type { RenderEvent } from "../text-style.ts";
import { renderHistogram } from "./histogram.ts";
import { mapName, renderMap } from "./map.ts";
import { valueText } from "./value-text.ts";

const drawHistogram: DrawHistogram = (aggregation, counts) =>
  renderHistogram(aggregation.declaration.function, counts, normalizationOf(aggregation));

/**
 * One run in bpftrace's layout. Ends with two line breaks and all aggregations that have elements, by name; those that
 * were printed before, too. What bpftrace says of attaching is on standard error.
 */
export function bpftraceStyle(program: Program): RenderEvent {
  const declared = declaredAggregations(program);
  const { sort } = program.options;

  const renderItem = ({ statement, values, aggregations = [] }: RecordItem): string => {
    const value = values[0];
    switch (statement.kind) {
      case "printf":
        return renderPrintf(statement.format, values);
      case "printa":
        return statement.format === undefined
          ? declared(aggregations).map(renderMap).join("")
          : renderFormattedRows(declared(aggregations), statement.format, sort, drawHistogram);
      case "trace":
      case "stack":
        return value === undefined ? "" : `${valueText(value)}\n`;
      case "default":
      case "exit":
        return "";
    }
  };

  return renderEvents({
    record: ({ items }) => items.map(renderItem).join(""),
    conclude: (snapshots) => {
      const byName = [...declared(snapshots)].sort((a, b) =>
        mapName(a.declaration.name) < mapName(b.declaration.name) ? -1 : 1,
      );
      return `\n\n${byName.map(renderMap).join("")}`;
    },
  });
}
