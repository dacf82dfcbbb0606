/** Durations on the command line: `5s`, `500ms`, `2m`, `1h`. */
import { errorDiagnostic, TraceError } from "@trace/core";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** The longest a Node timer can wait. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds of `text`; a number without a unit is seconds. TraceError USAGE when it is no duration. */
export function parseDuration(text: string): number {
  const [, amount = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (amount !== "" && milliseconds > 0 && milliseconds <= LONGEST) return milliseconds;
  throw new TraceError(
    errorDiagnostic("USAGE", `'${text}' is not a duration`, {
      hint: "such as 5s, 500ms or 2m, at most 24 days",
    }),
  );
}
