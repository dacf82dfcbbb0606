/** Output as dtrace(1) prints it, byte for byte. */
import {
  encodeText,
  renderPrintf,
  type AggregationSnapshot,
  type Program,
  type RecordEvent,
  type RecordItem,
} from "@trace/core";
import type { RenderEvent, StyleOptions } from "../text-style.ts";
import { renderBytes } from "./traced-bytes.ts";
import { joinRows, type ShownAggregation } from "./joined-rows.ts";
import { renderPrinta } from "./printa.ts";
import { recordLayout } from "./record-line.ts";
import { renderStackBlock } from "./stack-block.ts";
import { renderTableRow } from "./table.ts";
import { renderTracedValue } from "./traced-value.ts";

/**
 * One run in DTrace's layout. Ends with an empty line and the aggregations of which no printa showed anything. The line
 * break that dtrace(1) prints at an interrupt, to leave the terminal's `^C` behind, is for whoever sees the interrupt.
 */
export function dtraceStyle(program: Program, options: StyleOptions): RenderEvent {
  const quiet = options.quiet ?? program.options.quiet ?? false;
  const { sort } = program.options;
  const declarations = new Map(program.aggregations.map((one) => [one.name, one]));
  const shownByPrinta = new Set<string>();
  const layout = recordLayout(options.hideIds === true, program.options.flowIndent === true);
  let headed = false;
  let concluded = false;

  const shown = (snapshots: readonly AggregationSnapshot[]): ShownAggregation[] =>
    snapshots.flatMap((snapshot) => {
      const declaration = declarations.get(snapshot.name);
      return declaration === undefined ? [] : [{ declaration, snapshot }];
    });

  const renderItem = ({ statement, values, aggregations = [] }: RecordItem): string => {
    const value = values[0];
    switch (statement.kind) {
      case "printf":
        return renderPrintf(statement.format, values);
      case "printa": {
        if (aggregations.some(({ rows }) => rows.length > 0))
          for (const { name } of aggregations) shownByPrinta.add(name);
        return renderPrinta(shown(aggregations), statement.format, sort);
      }
      case "trace":
        if (value === undefined) return "";
        return statement.layout !== undefined && typeof value === "string"
          ? renderBytes(encodeText(value), statement.layout, quiet)
          : renderTracedValue(statement.value.type, value, quiet);
      case "stack":
        return typeof value === "object" && "frames" in value ? renderStackBlock(value) : "";
      case "default":
      case "exit":
        return "";
    }
  };

  const renderRecord = (event: RecordEvent): string => {
    const text = event.items.map(renderItem).join("");
    const flowIndent = program.options.flowIndent === true;
    if (quiet && !flowIndent) return text;
    const header = headed ? "" : layout.header;
    headed = true;
    return `${header}${layout.prefix(event)}${text}${quiet ? "" : "\n"}`;
  };

  const renderConclusion = (snapshots: readonly AggregationSnapshot[]): string => {
    concluded = true;
    const left = shown(snapshots).filter(({ snapshot }) => !shownByPrinta.has(snapshot.name));
    // Reversing reverses all of the output, the aggregations among themselves, too.
    if (sort?.reverse === true) left.reverse();
    const rows = left.flatMap((one) => joinRows([one], sort).map((row) => renderTableRow([one], row)));
    return `\n${rows.join("")}`;
  };

  return (event) => {
    switch (event.type) {
      case "record":
        return renderRecord(event);
      case "text":
        return event.text;
      case "aggregation":
        return event.final ? renderConclusion(event.aggregations) : "";
      case "end":
        return concluded || event.reason === "failed" ? "" : renderConclusion([]);
      case "ready":
      case "lost":
      case "diagnostic":
        return "";
    }
  };
}
