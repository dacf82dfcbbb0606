/** printa: a format against the keys of its aggregations. */
import type { PrintfFormat, Span } from "@trace/core";
import { reject } from "@trace/syntax";
import type { DType } from "../types/d-type.ts";
import { mismatch, toConversion } from "./check-conversion.ts";
import { readFormat } from "./check-printf.ts";

/** The format `text` of a printa of `aggregations` aggregations whose keys have these types. */
export function checkPrinta(
  text: string,
  keys: readonly DType[],
  aggregations: number,
  span: Span,
): PrintfFormat {
  if (text === "") reject("D_PRINTF_FMT_EMPTY", "the format is empty", span);
  const parts = readFormat(text, span);
  let used = 0;
  let values = 0;
  let conversions = 0;
  return parts.map((part) => {
    if (typeof part === "string") return part;
    conversions++;
    const what = `conversion ${conversions} (${part.text})`;
    if (part.width === "*" || part.precision === "*")
      reject("D_PRINTF_DYN_PROTO", `${what} has no argument for its '*'`, span);
    if (part.aggregate) {
      if (++values > aggregations && aggregations > 1)
        reject("D_PRINTF_ARG_PROTO", `${what} has no aggregation left`, span);
      return toConversion(part, undefined);
    }
    const type = keys[used++];
    if (type === undefined)
      reject(
        "D_PRINTF_ARG_PROTO",
        `${what} has no key: the aggregation has ${keys.length === 1 ? "1 key" : `${keys.length} keys`}`,
        span,
        "write %@ for the value of the aggregation",
      );
    const wanted = mismatch(part, type);
    if (wanted !== undefined)
      reject("D_PRINTF_ARG_TYPE", `${what} takes ${wanted}, but key ${used} is ${type.name}`, span);
    return toConversion(part, type);
  });
}
