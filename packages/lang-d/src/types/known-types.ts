/** The integer types of C and D by name, on the 64-bit machines that trace runs on (LP64). */
import { int16, int32, int64, int8, uint16, uint32, uint64, uint8, type IntegerType } from "@trace/core";

/** C's own integer types, by the name that messages and exact-type checks use. `char` is signed. */
export type IntegerTypeName =
  | "char"
  | "signed char"
  | "unsigned char"
  | "short"
  | "unsigned short"
  | "int"
  | "unsigned int"
  | "long"
  | "unsigned long"
  | "long long"
  | "unsigned long long";

/** The width and sign of each. */
export const integerTypes: Readonly<Record<IntegerTypeName, IntegerType>> = {
  char: int8,
  "signed char": int8,
  "unsigned char": uint8,
  short: int16,
  "unsigned short": uint16,
  int: int32,
  "unsigned int": uint32,
  long: int64,
  "unsigned long": uint64,
  "long long": int64,
  "unsigned long long": uint64,
};

/** Names that every D program knows (dtrace(1) "Types"; sys/types.h of Linux), and what they stand for. */
export const typedefs: ReadonlyMap<string, IntegerTypeName | "void *"> = new Map<
  string,
  IntegerTypeName | "void *"
>([
  ["int8_t", "signed char"],
  ["uint8_t", "unsigned char"],
  ["int16_t", "short"],
  ["uint16_t", "unsigned short"],
  ["int32_t", "int"],
  ["uint32_t", "unsigned int"],
  ["int64_t", "long"],
  ["uint64_t", "unsigned long"],
  ["intmax_t", "long"],
  ["uintmax_t", "unsigned long"],
  ["intptr_t", "long"],
  ["uintptr_t", "unsigned long"],
  ["size_t", "unsigned long"],
  ["ssize_t", "long"],
  ["ptrdiff_t", "long"],
  ["off_t", "long"],
  ["loff_t", "long long"],
  ["time_t", "long"],
  ["clock_t", "long"],
  ["hrtime_t", "long long"],
  ["pid_t", "int"],
  ["uid_t", "unsigned int"],
  ["gid_t", "unsigned int"],
  ["id_t", "int"],
  ["zoneid_t", "int"],
  ["processorid_t", "int"],
  ["mode_t", "unsigned short"],
  ["dev_t", "unsigned int"],
  ["ino_t", "unsigned long"],
  ["nlink_t", "unsigned int"],
  ["key_t", "int"],
  ["ipaddr_t", "unsigned int"],
  ["in_addr_t", "unsigned int"],
  ["uchar_t", "unsigned char"],
  ["ushort_t", "unsigned short"],
  ["uint_t", "unsigned int"],
  ["ulong_t", "unsigned long"],
  ["u_char", "unsigned char"],
  ["u_short", "unsigned short"],
  ["u_int", "unsigned int"],
  ["u_long", "unsigned long"],
  ["uint", "unsigned int"],
  ["ushort", "unsigned short"],
  ["ulong", "unsigned long"],
  ["longlong_t", "long long"],
  ["u_longlong_t", "unsigned long long"],
  ["bool", "unsigned char"],
  ["_Bool", "unsigned char"],
  ["caddr_t", "void *"],
]);
