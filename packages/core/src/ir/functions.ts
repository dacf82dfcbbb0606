/**
 * The functions of the IR: pure, total except where they say "error". Strings are bytes; offsets and lengths count bytes.
 * Meanings follow dtrace(1) "Subroutines".
 */
import { float64, int32, int64, string, uint64, type Type } from "../value/type.ts";

/** The name of a function; {@link functions} says what each does. */
export type FunctionName =
  | "copyinstr"
  | "bits_to_double"
  | "strjoin"
  | "strlen"
  | "index"
  | "rindex"
  | "strchr"
  | "strrchr"
  | "strstr"
  | "substr"
  | "basename"
  | "dirname"
  | "cleanpath"
  | "tolower"
  | "toupper"
  | "lltostr"
  | "strtoll";

/** The parameters and result of a function; parameters from `required` on may be left out. */
export interface FunctionSignature {
  readonly parameters: readonly Type[];
  readonly required: number;
  readonly result: Type;
}

function signature(
  result: Type,
  parameters: readonly Type[],
  required: number = parameters.length,
): FunctionSignature {
  return { parameters, required, result };
}

/** Each function with its signature. */
export const functions: Readonly<Record<FunctionName, FunctionSignature>> = {
  /** The NUL-terminated string at an address of the process that fires; a second argument limits its length. Error: bad address. */
  copyinstr: signature(string, [uint64, uint64], 1),
  /** The float whose IEEE 754 bits are given: how a `double` argument is read. */
  bits_to_double: signature(float64, [uint64]),
  strjoin: signature(string, [string, string]),
  strlen: signature(int64, [string]),
  /** Offset of the first (`rindex`: last) occurrence, or -1; a third argument says where to start. */
  index: signature(int32, [string, string, int32], 2),
  rindex: signature(int32, [string, string, int32], 2),
  /** The rest of the string from the first occurrence of a character (`strrchr`: last) or string on; empty if none. */
  strchr: signature(string, [string, int32]),
  strrchr: signature(string, [string, int32]),
  strstr: signature(string, [string, string]),
  /** From an offset (negative: from the end), at most so many bytes. */
  substr: signature(string, [string, int32, int32], 2),
  basename: signature(string, [string]),
  dirname: signature(string, [string]),
  cleanpath: signature(string, [string]),
  tolower: signature(string, [string]),
  toupper: signature(string, [string]),
  /** An integer in decimal, or in the base given, 2 to 36. */
  lltostr: signature(string, [int64, int32], 1),
  /** The integer a string starts with, base 10 or the one given; 0 if none. */
  strtoll: signature(int64, [string, int32], 1),
};
