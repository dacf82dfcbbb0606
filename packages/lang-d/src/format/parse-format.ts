/** The format strings of printf and printa (dtrace(1), "Output formatting"; DTrace's dt_printf.c). */
import type { ConversionKind } from "@trace/core";

/** A conversion as written. `name` is with its length modifier: `d`, `lld`, `Y`. */
export interface FormatConversion {
  readonly text: string;
  readonly name: string;
  readonly kind: ConversionKind;
  readonly aggregate: boolean;
  readonly flags: string;
  readonly width: number | "*" | undefined;
  readonly precision: number | "*" | undefined;
}

export type FormatPart = string | FormatConversion;

/** What is wrong with a format. */
export interface FormatError {
  readonly message: string;
}

const CONVERSION = /%([-+ 0#'@]*)(\*|\d+)?(?:\.(\*|\d*))?(@?)(hh|h|ll|l|L|w)?([\s\S]?)/g;
const KINDS: Readonly<Record<string, ConversionKind>> = {
  d: "d",
  i: "d",
  u: "u",
  o: "o",
  x: "x",
  X: "X",
  c: "c",
  C: "C",
  s: "s",
  S: "S",
  p: "p",
  e: "e",
  E: "E",
  f: "f",
  g: "g",
  G: "G",
  Y: "Y",
  T: "T",
  k: "k",
};
/** The widest field that makes sense: a width is memory. */
const WIDEST = 65_535;

/** `text` in pieces; adjacent text, `%%` included, is one piece. */
export function parseFormat(text: string): readonly FormatPart[] | FormatError {
  const parts: FormatPart[] = [];
  let literal = "";
  let from = 0;
  for (const found of text.matchAll(CONVERSION)) {
    literal += text.slice(from, found.index);
    from = found.index + found[0].length;
    const [whole, flags = "", width, precision, at = "", modifier = "", letter = ""] = found;
    if (letter === "") return { message: `conversion '${whole}' is not finished` };
    if (letter === "%") {
      literal += "%";
      continue;
    }
    if (letter === "a" || letter === "A") return { message: `conversion '${whole}' is not supported yet` };
    const kind = Object.hasOwn(KINDS, letter) ? KINDS[letter] : undefined;
    if (kind === undefined) return { message: `'${whole}' is no conversion` };
    const sizes = [number(width), number(precision)];
    if (sizes.some((size) => typeof size === "number" && size > WIDEST))
      return { message: `'${whole}' is wider than ${WIDEST}` };
    if (literal !== "") parts.push(literal);
    literal = "";
    parts.push({
      text: whole,
      name: (modifier === "hh" ? "h" : modifier) + letter,
      kind,
      aggregate: flags.includes("@") || at !== "",
      flags: flags.replaceAll("@", ""),
      width: number(width),
      precision: number(precision),
    });
  }
  literal += text.slice(from);
  if (literal !== "") parts.push(literal);
  return parts;
}

function number(text: string | undefined): number | "*" | undefined {
  return text === undefined || text === "*" ? text : Number(text);
}
