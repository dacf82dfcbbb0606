/** Formatting of values: the one place where printf and printa become text, whatever language and backend. */
import { normalizeInt, type Int } from "../value/integer.ts";
import { decodeText, truncateText } from "../value/text.ts";
import { isInt, type Stack, type Value } from "../value/value.ts";
import { escapeByte, escapeText } from "./escape-text.ts";
import { maxFieldSize, padText } from "./field.ts";
import { formatFloat } from "./format-float.ts";
import { formatFrame } from "./format-stack.ts";
import { formatMailTime, formatYear } from "./format-time.ts";
import type { Conversion, PrintfFormat } from "./printf-format.ts";

/** What a `%@` conversion shows: an integer to format, or text that is placed as it is (a histogram). */
export type AggregateContent = Int | { readonly text: string };

/** What `renderPrintf` may need besides format and values. */
export interface PrintfMore {
  /** For printa: what the `nth` (from 0) `%@` conversion of the format shows. */
  readonly aggregate?: (nth: number, conversion: Conversion) => AggregateContent;
}

/** A conversion with its width and precision known. */
interface Field {
  readonly conversion: Conversion;
  readonly flags: string;
  readonly width: number;
  readonly left: boolean;
  readonly precision: number | undefined;
}

/**
 * `values` laid out by `format`: flags, width and precision mean what printf(3) says. Width and precision count bytes
 * and are at most {@link maxFieldSize}. The flag `'` groups nothing, as in the C locale, in which tracers run.
 *
 * Total: a missing value shows as nothing, and one of another type than its conversion takes is shown by its own type.
 */
export function renderPrintf(format: PrintfFormat, values: readonly Value[], more: PrintfMore = {}): string {
  let text = "";
  let next = 0;
  let aggregates = 0;
  for (const part of format) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const plain = part.aggregate === true ? undefined : renderPlain(part, values[next]);
    if (plain !== undefined) {
      text += plain;
      next++;
      continue;
    }
    const width = part.width === "*" ? starSize(values[next++]) : (part.width ?? 0);
    const precision = part.precision === "*" ? starSize(values[next++]) : part.precision;
    const flags = part.flags ?? "";
    const field: Field = {
      conversion: part,
      flags,
      width: Math.min(Math.abs(width), maxFieldSize),
      left: width < 0 || flags.includes("-"),
      precision: precision === undefined || precision < 0 ? undefined : Math.min(precision, maxFieldSize),
    };
    if (part.aggregate === true && more.aggregate !== undefined) {
      const content = more.aggregate(aggregates++, part);
      text += typeof content === "object" ? content.text : renderValue(field, content);
    } else text += renderValue(field, values[next++]);
  }
  return text;
}

/** `%d` and `%s` of what they are for: most of what is printed needs no more. Undefined for all else. */
function renderPlain(
  { kind, flags, width, precision }: Conversion,
  value: Value | undefined,
): string | undefined {
  if (flags !== undefined || width !== undefined || precision !== undefined) return undefined;
  if (typeof value === "string") return kind === "s" ? value : undefined;
  return kind === "d" && typeof value === "number" && Number.isSafeInteger(value)
    ? value.toString()
    : undefined;
}

/** A width or precision taken from the arguments: a C int. */
function starSize(value: Value | undefined): number {
  return value !== undefined && isInt(value) ? Number(BigInt.asIntN(32, BigInt(value))) : 0;
}

function renderValue(field: Field, value: Value | undefined): string {
  if (value === undefined) return padText("", field.width, field.left);
  if (typeof value === "string") return renderString(field, value);
  if (isInt(value)) return renderNumber(field, value);
  return "frames" in value ? renderStack(field, value) : renderFloat(field, value.float);
}

function renderString(field: Field, value: string): string {
  // DTrace's %S shows the NUL that ends the string, too.
  const text = field.conversion.kind === "S" ? `${escapeText(value)}\\0` : value;
  const cut = field.precision === undefined ? text : truncateText(text, field.precision);
  return padText(cut, field.width, field.left);
}

/** A float by a conversion for another type: cut to an integer where one is shown, else as `%g`. */
function renderFloat(field: Field, value: number): string {
  const { kind } = field.conversion;
  const text = kind === "s" || kind === "S" || kind === "k";
  return renderNumber(text ? { ...field, conversion: { ...field.conversion, kind: "g" } } : field, value);
}

function renderNumber(field: Field, value: Int): string {
  const { kind } = field.conversion;
  switch (kind) {
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
    case "a":
    case "A": {
      const number = Number(value);
      const negative = number < 0 || Object.is(number, -0);
      const digits = formatFloat(number, kind, field.precision, field.flags.includes("#"));
      return placeNumber(field, negative, digits, Number.isFinite(number));
    }
    case "d":
    case "s":
    case "S":
    case "k": {
      const integer = toInt(value);
      const size = String(integer).replace("-", "");
      return placeNumber(field, integer < 0, leastDigits(field, size), field.precision === undefined);
    }
    case "u":
    case "o":
    case "x":
    case "X":
    case "p":
      return placeNumber(
        field,
        undefined,
        unsignedDigits(field, toInt(value)),
        field.precision === undefined,
      );
    case "c":
    case "C": {
      const byte = Number(BigInt.asUintN(8, BigInt(toInt(value))));
      const text = kind === "C" ? escapeByte(byte) : decodeText(Uint8Array.of(byte));
      return padText(text, field.width, field.left);
    }
    case "Y":
      return padText(formatYear(toInt(value)), field.width, field.left);
    case "T":
      return padText(formatMailTime(toInt(value)), field.width, field.left);
  }
}

/** The integer of a float toward zero; 0 for one that has none. */
function toInt(value: Int): Int {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return value;
  return Number.isFinite(value) ? normalizeInt(BigInt(Math.trunc(value))) : 0;
}

/** Precision of an integer: its least number of digits; 0 shows nothing for 0. */
function leastDigits({ precision }: Field, digits: string): string {
  if (precision === undefined) return digits;
  return precision === 0 && digits === "0" ? "" : digits.padStart(precision, "0");
}

function unsignedDigits(field: Field, value: Int): string {
  const { kind, bits = 64 } = field.conversion;
  const size =
    typeof value === "number" && value >= 0 && bits === 64 ? value : BigInt.asUintN(bits, BigInt(value));
  const alternate = field.flags.includes("#");
  if (kind === "u") return leastDigits(field, size.toString());
  if (kind === "o") {
    const digits = leastDigits(field, size.toString(8));
    return alternate && !digits.startsWith("0") ? `0${digits}` : digits;
  }
  const digits = leastDigits(field, size.toString(16));
  const prefixed = alternate && size > 0 ? `0x${digits}` : digits;
  return kind === "X" ? prefixed.toUpperCase() : prefixed;
}

/** Puts sign (undefined: of a conversion that has none), prefix, zeros and blanks around `digits`. */
function placeNumber(
  field: Field,
  negative: boolean | undefined,
  digits: string,
  mayZeroPad: boolean,
): string {
  const { flags, width, left } = field;
  const sign =
    negative === undefined ? "" : negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  if (!left && mayZeroPad && flags.includes("0")) {
    const prefix = /^0[xX]/.exec(digits)?.[0] ?? "";
    const room = width - sign.length - prefix.length;
    return sign + prefix + digits.slice(prefix.length).padStart(room, "0");
  }
  return padText(sign + digits, width, left);
}

/** A line for each frame, after a line break; left-justified, the width is their indentation (dtrace(1), `%k`). */
function renderStack({ width, left }: Field, stack: Stack): string {
  const indent = left ? " ".repeat(width) : "";
  const lines = stack.frames.map(
    (frame) => `${indent}${left ? formatFrame(frame) : padText(formatFrame(frame), width)}\n`,
  );
  return `\n${lines.join("")}`;
}
