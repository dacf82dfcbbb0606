/** The format strings of printf and printa (dtrace(1), "Output formatting"). */
import type { ConversionKind } from "@trace/core";
import { shorten } from "@trace/syntax";

/** A conversion as written. `name` is with its length: `d`, `lld`, `Y`. */
export interface FormatConversion {
  readonly text: string;
  readonly name: string;
  readonly kind: ConversionKind;
  /** Of an aggregation's value: `%@d`. */
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

const CONVERSION = /%([-+ 0#'@]*)(\*|\?|\d+)?(?:\.(\*|\d*))?([@]?)([hlLw]*)([\s\S]?)/gu;
/** Each conversion by its name; `?` in a width is that of a pointer. */
const KINDS: ReadonlyMap<string, ConversionKind> = new Map<string, ConversionKind>([
  ...["d", "hd", "ld", "lld", "i", "hi", "li", "lli"].map((name) => [name, "d"] as const),
  ...(["u", "o", "x", "X"] as const).flatMap((kind) =>
    ["", "h", "l", "ll"].map((length) => [length + kind, kind] as const),
  ),
  ...(["e", "E", "f", "g", "G"] as const).map((kind) => [kind, kind] as const),
  ...(["s", "S", "p", "C", "Y", "T", "k"] as const).map((kind) => [kind, kind] as const),
  ...["c", "lc", "wc"].map((name) => [name, "c"] as const),
]);
const UNSUPPORTED: ReadonlySet<string> = new Set(["a", "A", "ls", "ws", "Le", "LE", "Lf", "Lg", "LG"]);
const POINTER_DIGITS = 16;
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
    if (found[0] === "%%") {
      literal += "%";
      continue;
    }
    const part = toPart(found);
    if ("message" in part) return part;
    if (literal !== "") parts.push(literal);
    literal = "";
    parts.push(part);
  }
  literal += text.slice(from);
  if (literal !== "") parts.push(literal);
  return parts;
}

function toPart(found: RegExpMatchArray): FormatConversion | FormatError {
  const [whole, flags = "", width, precision, at = "", length = "", letter = ""] = found;
  const text = shorten(whole);
  if (letter === "") return { message: `conversion '${text}' is not finished` };
  const name = length + letter;
  if (UNSUPPORTED.has(name)) return { message: `conversion '${text}' is not supported yet` };
  const kind = KINDS.get(name);
  if (kind === undefined) return { message: `'${text}' is no conversion` };
  const sizes = { width: fieldSize(width), precision: fieldSize(precision) };
  if (Object.values(sizes).some((size) => typeof size === "number" && size > WIDEST))
    return { message: `'${text}' is wider than ${WIDEST}` };
  const aggregate = flags.includes("@") || at !== "";
  return { text, name, kind, aggregate, flags: distinct(flags.replaceAll("@", "")), ...sizes };
}

/** Each character of `text` once. */
function distinct(text: string): string {
  return [...new Set(text)].join("");
}

function fieldSize(text: string | undefined): number | "*" | undefined {
  if (text === undefined || text === "*") return text;
  return text === "?" ? POINTER_DIGITS : Number(text);
}
