/** The types of D expressions: the IR's, with the names C gives them. */
import {
  float64,
  nothing,
  sameType,
  string,
  uint64,
  type Expression,
  type FloatType,
  type IntegerType,
  type Type,
} from "@trace/core";
import { integerTypes, type IntegerTypeName } from "./known-types.ts";

export interface IntegerDType {
  readonly kind: "integer";
  readonly name: IntegerTypeName;
  readonly ir: IntegerType;
  /** Written as one of these, or a typedef of one: `%llx` takes them though they are `long`. */
  readonly alias?: "int64_t" | "uint64_t";
}

export interface FloatDType {
  readonly kind: "float";
  readonly name: "float" | "double";
  readonly ir: FloatType;
}

export interface StringDType {
  readonly kind: "string";
  readonly name: "string";
}

/** An address. Without a `target`, what lies there is known by name only. */
export interface PointerDType {
  readonly kind: "pointer";
  readonly name: string;
  readonly target?: DType;
}

/** So many elements of one type, in memory. */
export interface ArrayDType {
  readonly kind: "array";
  readonly name: string;
  readonly element: DType;
  readonly length: number;
}

/** A member of a struct or union. */
export interface Member {
  readonly type: DType;
  /** Bytes from the start. */
  readonly offset: number;
  /** Bits of a bit-field: the lowest of the {@link bitFieldBytes} that hold it. */
  readonly width?: number;
}

/** A struct or union, in memory. Until its members are declared it has none. */
export interface RecordDType {
  readonly kind: "record";
  readonly name: string;
  readonly layout: {
    members: ReadonlyMap<string, Member> | undefined;
    size: number;
    alignment: number;
  };
}

export interface VoidDType {
  readonly kind: "void";
  readonly name: "void";
}

export type DType =
  | IntegerDType
  | FloatDType
  | StringDType
  | PointerDType
  | ArrayDType
  | RecordDType
  | VoidDType;

/** An IR expression and the D type of its value. */
export interface Typed {
  readonly ir: Expression;
  readonly type: DType;
}

export const stringType: StringDType = { kind: "string", name: "string" };
export const voidType: VoidDType = { kind: "void", name: "void" };
export const doubleType: FloatDType = { kind: "float", name: "double", ir: float64 };

/** C's integer type called `name`. */
export function integerType(name: IntegerTypeName): IntegerDType {
  return { kind: "integer", name, ir: integerTypes[name] };
}

/** `type`, by its name of fixed width where that is `int64_t` or `uint64_t`. */
export function aliased(type: IntegerDType): IntegerDType {
  return type.ir.bits === 64 ? { ...type, alias: type.ir.signed ? "int64_t" : "uint64_t" } : type;
}

export const intType: IntegerDType = integerType("int");
export const longType: IntegerDType = integerType("long");
export const unsignedLongType: IntegerDType = integerType("unsigned long");

/** An address at which something called `name` lies: a `target`, where that is known. */
export function pointerTo(name: string, target?: DType): PointerDType {
  const text = name.endsWith("*") ? `${name}*` : `${name} *`;
  return { kind: "pointer", name: text, ...(target === undefined ? {} : { target }) };
}

/** Arrays and records are in memory: their value in the IR is their address. */
export function isInMemory(type: DType): type is ArrayDType | RecordDType {
  return type.kind === "array" || type.kind === "record";
}

/** An array, used as a value, is the address of its first element. */
export function decayed(typed: Typed): Typed {
  const { type } = typed;
  return type.kind === "array" ? { ...typed, type: pointerTo(type.element.name, type.element) } : typed;
}

/** The D type that stands for IR type `type`: `long` for int64. */
export function fromIrType(type: Type): DType {
  switch (type.kind) {
    case "integer": {
      const [name] = Object.entries(integerTypes).find(
        ([key, candidate]) => key !== "char" && sameType(candidate, type),
      ) ?? ["long"];
      return aliased(integerType(name as IntegerTypeName));
    }
    case "float":
      return { kind: "float", name: type.bits === 64 ? "double" : "float", ir: type };
    case "string":
      return stringType;
    case "stack":
    case "void":
      return voidType;
  }
}

/** How values of `type` are held in the IR: addresses as unsigned integers. */
export function irType(type: DType): Type {
  switch (type.kind) {
    case "integer":
    case "float":
      return type.ir;
    case "string":
      return string;
    case "pointer":
    case "array":
    case "record":
      return uint64;
    case "void":
      return nothing;
  }
}

/** Integers and addresses: what can be true or false. */
export function isScalar(type: DType): boolean {
  return type.kind === "integer" || type.kind === "pointer";
}

/** The address of a string: it serves as one. */
export function isCharPointer(type: DType): boolean {
  return type.kind === "pointer" && type.name === "char *";
}

/** `NULL`, by whatever name. */
export function isNull({ ir, type }: Typed): boolean {
  return type.kind === "pointer" && ir.kind === "integer" && ir.value === 0;
}

/** What arithmetic works on. */
export function isArithmetic(type: DType): type is IntegerDType | FloatDType {
  return type.kind === "integer" || type.kind === "float";
}

/** Bytes that a value takes in C. */
export function sizeOf(type: DType): number {
  switch (type.kind) {
    case "integer":
    case "float":
      return type.ir.bits / 8;
    case "pointer":
      return 8;
    case "array":
      return sizeOf(type.element) * type.length;
    case "record":
      return type.layout.size;
    case "string":
    case "void":
      return 0;
  }
}

/** Bytes of the integer that holds a bit-field of `width` bits. */
export function bitFieldBytes(width: number): 0 | 1 | 2 | 4 | 8 {
  if (width === 0) return 0;
  return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
}

/** The multiple of bytes at which a value lies in C. */
export function alignmentOf(type: DType): number {
  if (type.kind === "array") return alignmentOf(type.element);
  return type.kind === "record" ? type.layout.alignment : Math.max(sizeOf(type), 1);
}

/** C's integer promotion: narrower than int is int. */
export function promoted(type: IntegerDType): IntegerDType {
  return type.ir.bits < 32 ? intType : type;
}

const RANK: readonly IntegerTypeName[] = ["int", "long", "long long"];

/** C's usual arithmetic conversions: the type that both operands are converted to. */
export function commonType(
  a: IntegerDType | FloatDType,
  b: IntegerDType | FloatDType,
): IntegerDType | FloatDType {
  if (a.kind === "float" || b.kind === "float") return doubleType;
  const left = promoted(a);
  const right = promoted(b);
  const rank = Math.max(rankOf(left), rankOf(right));
  const name = RANK[rank] ?? "long long";
  const unsigned = [left, right].some((type) => !type.ir.signed && type.ir.bits === integerTypes[name].bits);
  const common = integerType(unsigned ? (`unsigned ${name}` as IntegerTypeName) : name);
  return [left, right].find((type) => type.name === common.name) ?? common;
}

function rankOf(type: IntegerDType): number {
  return RANK.indexOf(type.name.replace(/^unsigned /, "") as IntegerTypeName);
}
