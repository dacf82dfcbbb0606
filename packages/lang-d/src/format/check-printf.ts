/** printf: a format against its arguments. */
import type { PrintfFormat, Span } from "@trace/core";
import { reject } from "@trace/syntax";
import type { DType } from "../types/d-type.ts";
import { mismatch, toConversion } from "./check-conversion.ts";
import { parseFormat, type FormatPart } from "./parse-format.ts";

/** A value to print and where it stands. */
export interface FormatArgument {
  readonly type: DType;
  readonly span: Span;
}

/** The pieces of `text`. Rejects a malformed format. */
export function readFormat(text: string, span: Span): readonly FormatPart[] {
  const parts = parseFormat(text);
  if ("message" in parts) reject("D_PRINTF_FMT", parts.message, span);
  return parts;
}

/** The format `text` of a printf with these arguments, checked with DTrace's tags. */
export function checkPrintf(text: string, list: readonly FormatArgument[], span: Span): PrintfFormat {
  if (text === "") reject("D_PRINTF_FMT_EMPTY", "the format is empty", span);
  const parts = readFormat(text, span);
  let used = 0;
  let conversions = 0;
  const format = parts.map((part) => {
    if (typeof part === "string") return part;
    conversions++;
    const what = `conversion ${conversions} (${part.text})`;
    if (part.aggregate)
      reject(
        "D_PRINTF_AGG_CONV",
        `${what} is for aggregations: printf() cannot show them`,
        span,
        "use printa()",
      );
    for (const size of [part.width, part.precision]) {
      if (size !== "*") continue;
      const given = list[used++];
      if (given === undefined) reject("D_PRINTF_DYN_PROTO", `${what} has no argument for its '*'`, span);
      if (given.type.kind !== "integer")
        reject(
          "D_PRINTF_DYN_TYPE",
          `the '*' of ${what} takes an integer, not ${given.type.name}`,
          given.span,
        );
    }
    const given = list[used++];
    if (given === undefined) reject("D_PRINTF_ARG_PROTO", `${what} has no argument`, span);
    const wanted = mismatch(part, given.type);
    if (wanted !== undefined)
      reject("D_PRINTF_ARG_TYPE", `${what} takes ${wanted}, not ${given.type.name}`, given.span);
    return toConversion(part, given.type);
  });
  const extra = list[used];
  if (extra !== undefined)
    reject(
      "D_PRINTF_ARG_EXTRA",
      `the format takes ${used === 1 ? "1 argument" : `${used} arguments`}, not ${list.length}`,
      extra.span,
    );
  return format;
}
