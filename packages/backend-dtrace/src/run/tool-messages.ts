/** The messages that DTrace writes for people, as events. */
import type { Diagnostic, LostEvent, Span, TraceEvent } from "@trace/core";
import type { CompiledScript } from "../compile/compile-script.ts";

/** What is told by one line; nothing where it is of no use to anybody. */
export function messageEvents(
  line: string,
  { clauses, spans }: Pick<CompiledScript, "clauses" | "spans">,
): readonly TraceEvent[] {
  const text = line.replace(/^dtrace: /, "");
  if (/^script '.*' matched \d+ probes?$|^description '.*' matched/.test(text)) return [];
  const loss = lossOf(text);
  if (loss !== undefined) return [loss];
  const fault = /^error in dt_clause_(\d+) for probe ID \d+ \((.*)\): (.*?)(?: at BPF pc \d+)?$/.exec(text);
  if (fault !== null) {
    const [, clause, , reason = ""] = fault;
    return [told({ ...faultOf(reason), ...placed(clauses[Number(clause)]?.span) })];
  }
  const failure = /^failed to compile script .*?: line (\d+): (.*)$/.exec(text);
  if (failure !== null) {
    const [, number, reason = ""] = failure;
    return [told({ ...failureOf(reason), ...placed(spans[Number(number) - 1]) })];
  }
  return [told(failureOf(text))];
}

function told(diagnostic: Diagnostic): TraceEvent {
  return { type: "diagnostic", diagnostic };
}

function placed(span: Span | undefined): { span?: Span } {
  return span === undefined ? {} : { span };
}

const LOSSES: readonly (readonly [RegExp, LostEvent["what"], string])[] = [
  [/^(\d+) aggregation drops?/, "aggregations", "DTrace's buffer of aggregations was full: use fewer keys"],
  [
    /^(\d+) dynamic variable drops?/,
    "variables",
    "DTrace's space for variables was full: set them to 0 when done",
  ],
  [
    /^(\d+) (?:\w+ )?drops? on CPU \d+/,
    "records",
    "DTrace's buffer was full: print less, or look at it more often (switchrate)",
  ],
  [/^(\d+) drops?\b/, "records", "DTrace's buffer was full: print less"],
];

function lossOf(text: string): LostEvent | undefined {
  for (const [pattern, what, reason] of LOSSES) {
    const count = Number(pattern.exec(text)?.[1] ?? 0);
    if (count > 0) return { type: "lost", what, count, reason };
  }
  return undefined;
}

function faultOf(reason: string): Diagnostic {
  const code = /divide-by-zero/.test(reason)
    ? "RUNTIME_DIVIDE_BY_ZERO"
    : /invalid address/.test(reason)
      ? "RUNTIME_INVALID_ADDRESS"
      : "RUNTIME_ERROR";
  const message = code === "RUNTIME_DIVIDE_BY_ZERO" ? "divide by zero" : reason;
  return { code, severity: "warning", message };
}

function failureOf(reason: string): Diagnostic {
  const hint = hintFor(reason);
  return {
    code: "DTRACE_ERROR",
    severity: "error",
    message: `dtrace: ${reason.slice(0, 500)}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function hintFor(reason: string): string | undefined {
  if (/does not match any probes/.test(reason))
    return "DTrace does not find it: its file may have been removed or replaced";
  if (/failed to grab process/.test(reason)) return "the process has ended, or another tracer holds it";
  if (/run as root|requires additional privileges|permission/i.test(reason)) return "run as root";
  return undefined;
}
