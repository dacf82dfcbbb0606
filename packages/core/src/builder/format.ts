/** Formats of printf in a program being built: what they take is checked by the compiler, and again when they are built. */
import type { ConversionKind, PrintfFormat } from "../format/printf-format.ts";
import { IntegerValue, StringValue, type AnyValue, type FloatValue } from "./values.ts";

/** The letters of conversions by the kind of value they show. */
interface ConversionLetters {
  readonly integer: "d" | "i" | "u" | "o" | "x" | "X" | "c" | "p" | "Y" | "T";
  readonly string: "s" | "S";
  readonly float: "e" | "E" | "f" | "g" | "G";
}

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
/** What may stand between `%` and the letter. */
type Modifier = "-" | "+" | " " | "#" | "'" | "." | Digit;

/**
 * The values that a format takes: `FormatArguments<"%s: %d\n">` is `[StringValue, IntegerValue]`. Of a format that the
 * compiler does not know, any; `never` of a conversion that is none.
 */
export type FormatArguments<F extends string> = string extends F
  ? readonly AnyValue[]
  : F extends `${string}%${infer Rest}`
    ? ConversionArguments<Rest>
    : [];

type ConversionArguments<F extends string> = F extends `${infer Letter}${infer Rest}`
  ? Letter extends "%"
    ? FormatArguments<Rest>
    : Letter extends Modifier
      ? ConversionArguments<Rest>
      : Letter extends "*"
        ? [IntegerValue, ...ConversionArguments<Rest>]
        : Letter extends ConversionLetters["integer"]
          ? [IntegerValue, ...FormatArguments<Rest>]
          : Letter extends ConversionLetters["string"]
            ? [StringValue, ...FormatArguments<Rest>]
            : Letter extends ConversionLetters["float"]
              ? [FloatValue, ...FormatArguments<Rest>]
              : never
  : never;

const CONVERSION = /%(@?)([-+ 0#']*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?([%A-Za-z]?)/g;

/** What a conversion of each letter shows. */
const shows: Readonly<Record<string, "integer" | "string" | "float">> = {
  ...byLetter("diuoxXcpYT", "integer"),
  ...byLetter("sS", "string"),
  ...byLetter("eEfgG", "float"),
};

function byLetter<Kind>(letters: string, kind: Kind): Record<string, Kind> {
  return Object.fromEntries(letters.split("").map((letter) => [letter, kind]));
}

/** The parts of `text` for `values` in their order. TypeError where the two do not agree. */
export function parseFormat(text: string, values: readonly AnyValue[]): PrintfFormat {
  const rest = [...values];
  const format = splitFormat(
    text,
    (letter, isAggregate) => {
      if (isAggregate) throw new TypeError("%@ is for printa alone");
      return takeBits(rest, letter);
    },
    () => takeBits(rest, "d"),
  );
  if (rest.length > 0) throw new TypeError(`${JSON.stringify(text)} leaves ${rest.length} values over`);
  return format;
}

/** The parts of `text` of a printa, whose values are keys and aggregations. */
export function parseTableFormat(text: string): PrintfFormat {
  return splitFormat(
    text,
    () => undefined,
    () => undefined,
  );
}

type Bits = IntegerValue["type"]["bits"] | undefined;

function splitFormat(
  text: string,
  takeValue: (letter: string, isAggregate: boolean) => Bits,
  takeSize: () => void,
): PrintfFormat {
  const parts: PrintfFormat[number][] = [];
  let from = 0;
  for (const found of text.matchAll(CONVERSION)) {
    const [whole, at, flags = "", width, precision, letter = ""] = found;
    if (found.index > from) parts.push(text.slice(from, found.index));
    from = found.index + whole.length;
    if (letter === "%") {
      parts.push("%");
      continue;
    }
    if (shows[letter] === undefined) throw new TypeError(`${JSON.stringify(whole)} is no conversion`);
    if (width === "*") takeSize();
    if (precision === "*") takeSize();
    const isAggregate = at === "@";
    const bits = takeValue(letter, isAggregate);
    parts.push({
      kind: (letter === "i" ? "d" : letter) as ConversionKind,
      ...(isAggregate ? { aggregate: true } : {}),
      ...(flags === "" ? {} : { flags }),
      ...(width === undefined ? {} : { width: fieldSize(width) }),
      ...(precision === undefined ? {} : { precision: fieldSize(precision) }),
      ...(bits !== undefined && "uoxX".includes(letter) ? { bits } : {}),
    });
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

function fieldSize(text: string): number | "*" {
  return text === "*" ? "*" : Number(text);
}

/** Takes the next value, which `letter` must be able to show; the width of an integer. */
function takeBits(values: AnyValue[], letter: string): Bits {
  const value = values.shift();
  if (value === undefined) throw new TypeError(`%${letter} has no value`);
  const kind = value instanceof IntegerValue ? "integer" : value instanceof StringValue ? "string" : "float";
  if (shows[letter] !== kind) throw new TypeError(`%${letter} cannot show a ${kind}`);
  return value instanceof IntegerValue ? value.type.bits : undefined;
}
