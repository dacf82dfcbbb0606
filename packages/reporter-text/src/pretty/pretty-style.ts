/** Output for people: tables in the width of the terminal, units that suit, shares, percentiles, bars. */
import { formatProbe, renderPrintf, type Program, type RecordEvent, type RecordItem } from "@trace/core";
import { declaredAggregations } from "../declared-aggregations.ts";
import { normalizationOf, type ShownAggregation } from "../dtrace/joined-rows.ts";
import { renderFormattedRows, type DrawHistogram } from "../formatted-rows.ts";
import { renderEvents } from "../render-events.ts";
import type { RenderEvent, StyleOptions, Unit } from "../text-style.ts";
import { aggregationLines } from "./aggregation-lines.ts";
import { distributionLines } from "./distribution.ts";
import { prettyOrder } from "./ordered-rows.ts";
import { themeOf } from "./theme.ts";
import { aggregationUnits } from "./unit.ts";
import { valueLines } from "./value-text.ts";

/**
 * One run for people. What the program prints by a format is printed as it is; a firing that traces values is a line,
 * with the probe's name unless the run is quiet. Ends with the aggregations that no printa has shown, the greatest
 * elements first.
 */
export function prettyStyle(program: Program, options: StyleOptions): RenderEvent {
  const theme = themeOf(options);
  const quiet = options.quiet ?? program.options.quiet ?? false;
  const { sort } = program.options;
  const declared = declaredAggregations(program);
  const units = aggregationUnits(program, options.units);
  const unitOf = (name: string): Unit => units.get(name) ?? "none";
  const shownByPrinta = new Set<string>();
  let hasText = false;

  const drawHistogram: DrawHistogram = (aggregation, counts) =>
    toText(
      distributionLines(
        aggregation.declaration.function,
        counts,
        normalizationOf(aggregation),
        unitOf(aggregation.declaration.name),
        theme,
      ),
    );

  const renderTables = (aggregations: readonly ShownAggregation[]): string =>
    aggregations
      .map((aggregation) => {
        const rows = prettyOrder(aggregation, sort);
        return toText(
          aggregationLines({ aggregation, rows, unit: unitOf(aggregation.declaration.name) }, theme),
        );
      })
      .filter((text) => text !== "")
      .join("\n");

  const renderItem = ({ statement, values, aggregations = [] }: RecordItem): string => {
    const value = values[0];
    switch (statement.kind) {
      case "printf":
        return renderPrintf(statement.format, values);
      case "printa":
        for (const { name, rows } of aggregations) if (rows.length > 0) shownByPrinta.add(name);
        return statement.format === undefined
          ? renderTables(declared(aggregations))
          : renderFormattedRows(declared(aggregations), statement.format, sort, drawHistogram);
      case "stack":
        return value === undefined ? "" : toText(valueLines(value).map((line) => `    ${line}`));
      case "trace":
      case "default":
      case "exit":
        return "";
    }
  };

  const renderRecord = ({ items, probe }: RecordEvent): string => {
    const isLine = items.some(({ statement }) => statement.kind === "trace" || statement.kind === "default");
    const text = items.map(renderItem).join("");
    if (!isLine) return text;
    const traced = items.flatMap(({ statement, values }) =>
      statement.kind === "trace" ? values.map((value) => valueLines(value).join(" ")) : [],
    );
    const line = [...(quiet ? [] : [theme.faint(formatProbe(probe))]), ...traced].join("  ");
    return line === "" ? text : `${line}\n${text}`;
  };

  return renderEvents({
    record: (event) => {
      const text = renderRecord(event);
      if (text !== "") hasText = true;
      return text;
    },
    conclude: (snapshots) => {
      const text = renderTables(
        declared(snapshots).filter(({ declaration }) => !shownByPrinta.has(declaration.name)),
      );
      return hasText && text !== "" ? `\n${text}` : text;
    },
  });
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
