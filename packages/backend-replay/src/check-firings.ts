/** Whether a recording holds what a program asks of firings. */
import {
  errorDiagnostic,
  formatProbe,
  matchProbe,
  walkClauseExpressions,
  type Diagnostic,
  type Expression,
  type ProbeDescription,
  type Program,
  type Span,
} from "@trace/core";
import { addressedArgument, recordedFirings } from "@trace/recording";

const HINT = "`trace record 'PROVIDER:::'`, without a program, records every firing with all its arguments";

/** What keeps `program` from running over records of `recorded`: nothing is guessed, and nothing left out in silence. */
export function checkFirings(
  program: Program,
  recorded: Program,
  probes: readonly ProbeDescription[],
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const refuse = (code: string, message: string, span: Span | undefined): void => {
    if (!found.has(message))
      found.set(
        message,
        errorDiagnostic(code, message, { ...(span === undefined ? {} : { span }), hint: HINT }),
      );
  };
  for (const clause of program.clauses) {
    for (const probe of probes) {
      const point = clause.points.find((one) => matchProbe(one, probe));
      if (point === undefined) continue;
      const firings = recordedFirings(recorded, probe);
      if (firings === undefined) {
        refuse(
          "RECORDING_NO_FIRINGS",
          `the recording does not hold every firing of ${formatProbe(probe)}`,
          point.span,
        );
        continue;
      }
      const missing = (index: number, what: string, span: Span | undefined): void =>
        refuse(
          "RECORDING_NO_ARGUMENT",
          `the recording does not hold ${what}arg${index} of ${formatProbe(probe)}`,
          span,
        );
      walkClauseExpressions(clause, (expression) => {
        if (expression.kind === "argument" && !firings.has(expression.index))
          missing(expression.index, "", expression.span);
        const text = textArgument(expression);
        // The address of a string is of no use without the process.
        if (text !== undefined && firings.has(text) && firings.probe.arguments[text]?.type !== "string")
          missing(text, "the string at ", expression.span);
      });
    }
  }
  return [...found.values()];
}

/** The index of the argument that `expression` reads a string from. */
function textArgument(expression: Expression): number | undefined {
  const [address] =
    expression.kind === "call" && expression.function === "copyinstr" ? expression.arguments : [];
  return address === undefined ? undefined : addressedArgument(address);
}
