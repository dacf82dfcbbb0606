/** A format of printf or printa against what it is to show, checked in DTrace's order and with its tags. */
import type { PrintfFormat, Span } from "@trace/core";
import { reject } from "@trace/syntax";
import type { DType } from "../types/d-type.ts";
import { mismatch, toConversion } from "./check-conversion.ts";
import { parseFormat } from "./parse-format.ts";

/** A value to show and where it stands: an argument of printf, or a key of printa's aggregations. */
export interface FormatArgument {
  readonly type: DType;
  readonly span: Span;
}

/** A checked format, and how many of the arguments it takes. */
export interface CheckedFormat {
  readonly format: PrintfFormat;
  readonly used: number;
}

/** `text` against `list`. `aggregate` is the type of an aggregation's value in printa; printf has none. */
export function checkFormat(
  text: string,
  list: readonly FormatArgument[],
  aggregate: DType | undefined,
  span: Span,
): CheckedFormat {
  if (text === "") reject("D_PRINTF_FMT_EMPTY", "the format is empty", span);
  const parts = parseFormat(text);
  if ("message" in parts) reject("D_SYNTAX", parts.message, span);
  const noun = aggregate === undefined ? "argument" : "key";
  let used = 0;
  let conversions = 0;
  const format = parts.map((part) => {
    if (typeof part === "string") return part;
    conversions++;
    const what = `conversion ${conversions} (${part.text})`;
    for (const size of [part.width, part.precision]) {
      if (size !== "*") continue;
      const given = list[used++];
      if (given === undefined) reject("D_PRINTF_DYN_PROTO", `${what} has no ${noun} for its '*'`, span);
      if (given.type.kind !== "integer")
        reject(
          "D_PRINTF_DYN_TYPE",
          `the '*' of ${what} takes an integer, not ${given.type.name}`,
          given.span,
        );
    }
    if (part.aggregate && aggregate === undefined)
      reject(
        "D_PRINTF_AGG_CONV",
        `${what} shows an aggregation, which printf() cannot`,
        span,
        "use printa()",
      );
    const given = part.aggregate && aggregate !== undefined ? { type: aggregate, span } : list[used++];
    if (given === undefined)
      reject(
        "D_PRINTF_ARG_PROTO",
        `${what} has no ${noun}`,
        span,
        aggregate === undefined ? undefined : "write %@ for the value of the aggregation",
      );
    const wanted = mismatch(part, given.type);
    if (wanted !== undefined)
      reject("D_PRINTF_ARG_TYPE", `${what} takes ${wanted}, not ${given.type.name}`, given.span);
    return toConversion(part, given.type);
  });
  return { format, used };
}
