/** Output as SystemTap prints it. */
import { renderPrintf, type Program, type RecordItem, type Value } from "@trace/core";
import { declaredAggregations } from "../declared-aggregations.ts";
import { normalizationOf } from "../dtrace/joined-rows.ts";
import { renderFormattedRows, type DrawHistogram } from "../formatted-rows.ts";
import { renderEvents } from "../render-events.ts";
import type { RenderEvent } from "../text-style.ts";
import { renderBacktrace } from "./backtrace.ts";
import { renderGlobal } from "./global.ts";
import { renderHistogram } from "./histogram.ts";

const drawHistogram: DrawHistogram = (aggregation, counts) =>
  renderHistogram(aggregation.declaration.function, counts, normalizationOf(aggregation));

/** As `println` of `value`. */
function renderTraced(value: Value): string {
  if (typeof value === "object" && "frames" in value) return renderBacktrace(value);
  return `${typeof value === "object" ? renderPrintf([{ kind: "g" }], [value]) : value}\n`;
}

/** One run in SystemTap's layout. Ends with the aggregations that no printa has read, in the order of their declarations. */
export function stapStyle(program: Program): RenderEvent {
  const declared = declaredAggregations(program);
  const read = new Set<string>();

  const renderItem = ({ statement, values, aggregations = [] }: RecordItem): string => {
    const value = values[0];
    switch (statement.kind) {
      case "printf":
        return renderPrintf(statement.format, values);
      case "printa":
        for (const { name } of aggregations) read.add(name);
        return statement.format === undefined
          ? declared(aggregations).map(renderGlobal).join("")
          : renderFormattedRows(
              declared(aggregations),
              statement.format,
              program.options.sort,
              drawHistogram,
            );
      case "trace":
      case "stack":
        return value === undefined ? "" : renderTraced(value);
      case "default":
      case "exit":
        return "";
    }
  };

  return renderEvents({
    record: ({ items }) => items.map(renderItem).join(""),
    conclude: (snapshots) =>
      declared(snapshots)
        .filter(({ declaration }) => !read.has(declaration.name))
        .map(renderGlobal)
        .join(""),
  });
}
