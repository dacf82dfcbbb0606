/** Which types a conversion takes: DTrace's rules, which are stricter than printf(3)'s. */
import type { Conversion } from "@trace/core";
import type { DType, IntegerDType } from "../types/d-type.ts";
import type { FormatConversion } from "./parse-format.ts";

/** Conversions with a length take integers of one width and sign. */
const EXACT: Readonly<Record<string, { readonly name: string; fits(type: IntegerDType): boolean }>> = {
  ...exact(["hd", "hi"], "a short", 16, true),
  ...exact(["ho", "hu"], "an unsigned short", 16, false),
  ...exact(["hx", "hX"], "a short", 16),
  ...exact(["lc", "wc"], "an int", 32, true),
  ...exact(["ld", "li"], "a long", 64, true),
  ...exact(["lo", "lu"], "an unsigned long", 64, false),
  ...exact(["lld", "lli"], "a long long", 64, true),
  ...exact(["llo", "llu"], "an unsigned long long", 64, false),
  lx: { name: "a long", fits: isLong },
  lX: { name: "a long", fits: isLong },
  llx: { name: "a long long", fits: isLongLong },
  llX: { name: "a long long", fits: isLongLong },
};

function exact(
  conversions: readonly string[],
  name: string,
  bits: number,
  signed?: boolean,
): Record<string, { name: string; fits(type: IntegerDType): boolean }> {
  const fits = ({ ir }: IntegerDType): boolean =>
    ir.bits === bits && (signed === undefined || ir.signed === signed);
  return Object.fromEntries(conversions.map((conversion) => [conversion, { name, fits }]));
}

/** By its name: `long long` is as wide, but not it. */
function isLong({ name }: IntegerDType): boolean {
  return name === "long" || name === "unsigned long";
}

function isLongLong({ name, alias }: IntegerDType): boolean {
  return name === "long long" || name === "unsigned long long" || alias !== undefined;
}

/** What `conversion` takes, in words, if `type` is not of it; undefined if it fits. */
export function mismatch({ name, kind }: FormatConversion, type: DType): string | undefined {
  const integer = type.kind === "integer" ? type : undefined;
  const wanted = (fits: boolean, words: string): string | undefined => (fits ? undefined : words);
  const only = EXACT[name];
  if (only !== undefined) return wanted(integer !== undefined && only.fits(integer), only.name);
  switch (kind) {
    case "d":
    case "u":
    case "o":
    case "x":
    case "X":
      return wanted(integer !== undefined, "an integer");
    case "c":
    case "C":
      return wanted(integer !== undefined && integer.ir.bits <= 32, "a char, short or int");
    case "p":
      return wanted(integer !== undefined || type.kind === "pointer", "a pointer or integer");
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
    case "a":
    case "A":
      return wanted(type.kind === "float", "a float or double");
    case "s":
    case "S":
      return wanted(type.kind === "string", "a string (or use stringof)");
    case "Y":
    case "T":
      return wanted(integer?.ir.bits === 64, "a 64-bit integer");
    case "k":
      return "a stack";
  }
}

/** The IR's conversion for a value of `type`. As in DTrace, `%d` of an unsigned integer shows it as `%u` does. */
export function toConversion(part: FormatConversion, type: DType): Conversion {
  const { aggregate, width, precision } = part;
  const flags = effectiveFlags(part.flags);
  const integer = type.kind === "integer" ? type.ir : undefined;
  const kind = part.kind === "d" && integer?.signed === false ? "u" : part.kind;
  const masked = ["u", "o", "x", "X"].includes(kind) && integer !== undefined && integer.bits !== 64;
  return {
    kind,
    ...(aggregate ? { aggregate } : {}),
    ...(flags === "" ? {} : { flags }),
    ...(width === undefined ? {} : { width }),
    // A precision of 0 is none (dt_printf_format).
    ...(precision === undefined || precision === 0 ? {} : { precision }),
    ...(masked ? { bits: integer.bits } : {}),
  };
}

/** In D the last of `-` and `0` counts; in C, and so in the IR, `-` always does. */
function effectiveFlags(flags: string): string {
  return flags.lastIndexOf("0") > flags.lastIndexOf("-") ? flags.replaceAll("-", "") : flags;
}
