/**
 * Formats of printf and printa, parsed: literal text and conversions. Neutral between languages: each language parses
 * its own dialect into this, with the width of every integer argument already decided.
 */

/**
 * How a value is shown. `d u o x X c s p` as printf(3); floats `e E f g G a A`; `S` a string and `C` a character with
 * C escapes; `Y` nanoseconds since 1970 as `2023 Nov 14 22:13:20`; `T` the same as `Tue, 14 Nov 2023 22:13:20 UTC`;
 * `k` a stack. In a printa, `aggregate` is the value of the next aggregation, shown as a histogram where it is one.
 */
export type ConversionKind =
  | "d"
  | "u"
  | "o"
  | "x"
  | "X"
  | "c"
  | "s"
  | "p"
  | "e"
  | "E"
  | "f"
  | "g"
  | "G"
  | "a"
  | "A"
  | "S"
  | "C"
  | "Y"
  | "T"
  | "k";

/** One conversion of a format. */
export interface Conversion {
  readonly kind: ConversionKind;
  /** Takes the value of an aggregation instead of an argument or key (`%@d`). */
  readonly aggregate?: boolean;
  /** Any of `-`, `+`, blank, `0`, `#`, `'`. */
  readonly flags?: string;
  /** Least number of characters; `*` takes it from the arguments. */
  readonly width?: number | "*";
  /** printf(3) "precision"; `*` takes it from the arguments. */
  readonly precision?: number | "*";
  /** Width of the integer shown by `u o x X`; the value is masked to it. Default 64. */
  readonly bits?: 8 | 16 | 32 | 64;
}

/** Literal pieces and conversions in order. */
export type PrintfFormat = readonly (string | Conversion)[];

/** How many arguments `format` consumes; those of `%@` conversions do not count. */
export function argumentCount(format: PrintfFormat): number {
  let count = 0;
  for (const part of format) {
    if (typeof part === "string") continue;
    if (part.width === "*") count++;
    if (part.precision === "*") count++;
    if (part.aggregate !== true) count++;
  }
  return count;
}
