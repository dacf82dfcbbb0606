/**
 * The functions of the IR: pure and total, except where they say otherwise. Strings are bytes; offsets and lengths count bytes.
 * Meanings follow dtrace(1) "Subroutines".
 */
import { float64, int32, int64, string, uint16, uint32, uint64, uint8, type Type } from "../value/type.ts";

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
  | "strtoll"
  | "strtok"
  | "strtok_next"
  | "json"
  | "htons"
  | "htonl"
  | "htonll"
  | "rand"
  | "alloca"
  | "memory"
  | "string_address"
  | "load8"
  | "load16"
  | "load32"
  | "load64"
  | "store8"
  | "store16"
  | "store32"
  | "store64"
  | "bcopy"
  | "copyin"
  | "copyinto"
  | "bytes"
  | "inet_ntoa"
  | "inet_ntoa6"
  | "inet_ntop"
  | "speculation"
  | "speculate"
  | "commit"
  | "discard"
  | "progenyof";

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
  /** The first part of a string between any of the separators' characters; the rest is kept for `strtok_next`, by thread. */
  strtok: signature(string, [string, string]),
  /** The next part of what this thread's last `strtok` was given; empty where none is left. */
  strtok_next: signature(string, [string]),
  /** The element of a JSON text that a path such as `a.b[2].c` names: a string's text, or as written; empty if none. */
  json: signature(string, [string, string]),
  /** The bytes of an integer in reverse: host order to the network's, and back. */
  htons: signature(uint16, [uint16]),
  htonl: signature(uint32, [uint32]),
  htonll: signature(uint64, [uint64]),
  /** A pseudo-random integer; another at each call. */
  rand: signature(int32, []),
  /** The address of so many bytes of scratch memory, zeroed, until the clause ends. Error: no room. */
  alloca: signature(uint64, [uint64]),
  /** The address of a byte of the program's own memory (`ProgramOptions.memory`), which is there for the whole run. */
  memory: signature(uint64, [uint64]),
  /** The address of a string's bytes, NUL included. */
  string_address: signature(uint64, [string]),
  /** The integer at an address, in the host's byte order. Error: bad address, here and in all that follow. */
  load8: signature(uint8, [uint64]),
  load16: signature(uint16, [uint64]),
  load32: signature(uint32, [uint64]),
  load64: signature(uint64, [uint64]),
  /** Sets the integer at an address; gives it back. */
  store8: signature(uint8, [uint64, uint8]),
  store16: signature(uint16, [uint64, uint16]),
  store32: signature(uint32, [uint64, uint32]),
  store64: signature(uint64, [uint64, uint64]),
  /** Copies from one address to another so many bytes; gives the second address. */
  bcopy: signature(uint64, [uint64, uint64, uint64]),
  /** Copies so many bytes of the process to scratch memory; gives their address. `copyinto` copies them to an address. */
  copyin: signature(uint64, [uint64, uint64]),
  copyinto: signature(uint64, [uint64, uint64, uint64]),
  /** So many bytes at an address as a string that may hold NULs: for `trace` with a layout of bytes, and nothing else. */
  bytes: signature(string, [uint64, uint64]),
  /** The IPv4 (`inet_ntoa6`: IPv6) address at an address, as text; `inet_ntop` is told its family: AF_INET 2, AF_INET6 10. */
  inet_ntoa: signature(string, [uint64]),
  inet_ntoa6: signature(string, [uint64]),
  inet_ntop: signature(string, [int32, uint64]),
  /** The number of a speculation that is free, 1 or greater, which it is no longer; 0 where none is. */
  speculation: signature(int32, []),
  /** From here on the record of this clause is kept with a speculation, or dropped where there is none of that number. */
  speculate: signature(int32, [int32]),
  /** Puts out the records of a speculation (`discard`: drops them) and frees it. Gives its number, as `speculate` does. */
  commit: signature(int32, [int32]),
  discard: signature(int32, [int32]),
  /** Is the process that fires the one given, or a descendant of it? */
  progenyof: signature(int32, [int32]),
};
