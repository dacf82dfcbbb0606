/** Values as DTrace's `trace` shows them (libdtrace's dt_print_trace): in columns by their type, bare when quiet. */
import { isInt, padText, renderPrintf, type Type, type Value } from "@trace/core";
import { renderStackBlock } from "./stack-block.ts";

/** Columns of an integer by its width: signed, unsigned. */
const INTEGER_COLUMNS = { 8: [3, 3], 16: [5, 5], 32: [10, 10], 64: [19, 20] } as const;

/** The text of `value`, of type `type`. */
export function renderTracedValue(type: Type, value: Value, quiet: boolean): string {
  // DTrace dumps the bytes of a string that is not plain ASCII in hexadecimal; here it is shown as it is.
  if (typeof value === "string") return quiet ? value : `  ${padText(value, 33, true)}`;
  if (isInt(value)) {
    const { bits, signed } = type.kind === "integer" ? type : { bits: 64 as const, signed: true };
    const [signedColumns, unsignedColumns] = INTEGER_COLUMNS[bits];
    return quiet ? String(value) : ` ${String(value).padStart(signed ? signedColumns : unsignedColumns)}`;
  }
  if ("frames" in value) return renderStackBlock(value);
  return quiet
    ? renderPrintf([{ kind: "g" }], [value])
    : ` ${renderPrintf([{ kind: "g", width: 19 }], [value])}`;
}
