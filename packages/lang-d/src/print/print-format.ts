/** Formats of printf and printa as D writes them. */
import type { Conversion, PrintfFormat } from "@trace/core";
import { stringConstant } from "./names.ts";

/** `format` as a string constant. */
export function printFormat(format: PrintfFormat): string {
  return stringConstant(
    format
      .map((part) => (typeof part === "string" ? part.replaceAll("%", "%%") : printConversion(part)))
      .join(""),
  );
}

function printConversion({ kind, aggregate, flags = "", width, precision }: Conversion): string {
  const dot = precision === undefined ? "" : `.${precision}`;
  return `%${flags}${aggregate === true ? "@" : ""}${width ?? ""}${dot}${kind}`;
}
