/** Which types a conversion takes, by DTrace's table of conversions (dt_printf.c). */
import type { Conversion } from "@trace/core";
import type { DType } from "../types/d-type.ts";
import type { FormatConversion } from "./parse-format.ts";

const INTEGERS = "an integer";
const FLOATS = "a float or double";
const STRINGS = "a string";

/** Conversions with a length take exactly one type of C. */
const EXACT: Readonly<Record<string, string>> = {
  hd: "short",
  hi: "short",
  ho: "unsigned short",
  hu: "unsigned short",
  hx: "short",
  hX: "short",
  lc: "int",
  ld: "long",
  li: "long",
  lo: "unsigned long",
  lu: "unsigned long",
  lx: "long",
  lX: "long",
  lld: "long long",
  lli: "long long",
  llo: "unsigned long long",
  llu: "unsigned long long",
  llx: "long long",
  llX: "long long",
  wc: "int",
};

/** What `conversion` takes, in words, if `type` is not of it; undefined if it fits. */
export function mismatch({ name, kind }: FormatConversion, type: DType): string | undefined {
  const exact = EXACT[name];
  if (exact !== undefined) return type.name === exact ? undefined : exact;
  switch (kind) {
    case "d":
    case "c":
    case "C":
    case "u":
    case "o":
    case "x":
    case "X":
      return type.kind === "integer" ? undefined : INTEGERS;
    case "p":
      return type.kind === "integer" || type.kind === "pointer" ? undefined : "a pointer or integer";
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
    case "a":
    case "A":
      return type.kind === "float" ? undefined : FLOATS;
    case "s":
    case "S":
      return type.kind === "string" ? undefined : `${STRINGS} (or use stringof)`;
    case "Y":
    case "T":
      return type.kind === "integer" && type.ir.bits === 64 ? undefined : "a 64-bit integer";
    case "k":
      return "a stack";
  }
}

/** The IR's conversion, for a value of `type` (of an aggregation: undefined). */
export function toConversion(part: FormatConversion, type: DType | undefined): Conversion {
  const { kind, aggregate, flags, width, precision } = part;
  const masked = ["u", "o", "x", "X"].includes(kind);
  const bits = masked && type?.kind === "integer" && type.ir.bits !== 64 ? type.ir.bits : undefined;
  return {
    kind,
    ...(aggregate ? { aggregate } : {}),
    ...(flags === "" ? {} : { flags }),
    ...(width === undefined ? {} : { width }),
    ...(precision === undefined ? {} : { precision }),
    ...(bits === undefined ? {} : { bits }),
  };
}
