/** What the command says on standard error: findings, losses, and how the run stands. */
import type { Diagnostic, LostEvent, ReadyEvent, SourceText, TraceEvent } from "@trace/core";
import { renderDiagnostic } from "@trace/syntax";
import colors from "picocolors";

const paint = colors.createColors(process.stderr.isTTY === true && colors.isColorSupported);

/** Writes one line to standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Stands for the script in findings that are not about one. */
const noSource: SourceText = { name: "trace", text: "" };

/** Writes a finding, with its place in `source` where it has one. */
export function sayDiagnostic(diagnostic: Diagnostic, source: SourceText = noSource): void {
  process.stderr.write(diagnosticText(diagnostic, source));
}

function diagnosticText(diagnostic: Diagnostic, source: SourceText): string {
  const color = diagnostic.severity === "error" ? paint.red : paint.yellow;
  return renderDiagnostic(diagnostic, source).replace(/\b(error|warning|note):/, (label) => color(label));
}

/** Tells what a user must know while a program runs; `quiet` (-q) keeps the merely informative back. */
export function sayEvent(event: TraceEvent, source: SourceText, quiet: boolean): void {
  process.stderr.write(eventText(event, source, quiet));
}

/** The lines that {@link sayEvent} writes, or none. */
export function eventText(event: TraceEvent, source: SourceText, quiet: boolean): string {
  switch (event.type) {
    case "ready":
      return quiet ? "" : `${paint.dim(readyLine(event))}\n`;
    case "lost":
      return `trace: ${paint.yellow("lost:")} ${lostLine(event)}\n`;
    case "diagnostic":
      return diagnosticText(event.diagnostic, source);
    case "record":
    case "aggregation":
    case "text":
    case "end":
      return "";
  }
}

function readyLine(event: ReadyEvent): string {
  return `trace: ${count(event.attached.length, "probe")} attached with ${event.backend}; Ctrl-C ends tracing`;
}

function lostLine(event: LostEvent): string {
  const what = {
    records: "record",
    aggregations: "aggregation element",
    variables: "variable",
    probes: "probe",
  };
  return `${count(event.count, what[event.what])}: ${event.reason}`;
}

/** `1 probe`, `2 probes`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
