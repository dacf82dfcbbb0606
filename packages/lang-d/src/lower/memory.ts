/** What lies in memory: pointers' targets, elements of arrays, members of records. */
import {
  uint64,
  type ArithmeticOperator,
  type CallExpression,
  type Expression,
  type FunctionName,
  type IntegerType,
  type Span,
} from "@trace/core";
import { didYouMean, reject } from "@trace/syntax";
import type { ExpressionNode } from "../ast/expression.ts";
import { constant, constantValue, convert } from "../types/convert.ts";
import {
  bitFieldBytes,
  decayed,
  integerType,
  irType,
  isInMemory,
  pointerTo,
  sizeOf,
  unsignedLongType,
  type DType,
  type PointerDType,
  type Typed,
} from "../types/d-type.ts";
import { notSupported, type Scope } from "./scope.ts";
import { variableReference } from "./variables.ts";

/** A value in memory. */
export interface Place {
  readonly address: Expression;
  readonly type: DType;
  /** Of a bit-field, its bits: the lowest of the integer there. */
  readonly width?: number;
}

/** The place in memory that `node` names; undefined if it names a variable, or is none. */
export function memoryPlace(scope: Scope, node: ExpressionNode): Place | undefined {
  switch (node.kind) {
    case "unary":
      return node.operator === "*" ? target(decayed(scope.lower(node.operand)), node.span) : undefined;
    case "index":
      return indexed(scope, node.base, node.keys, node.span);
    case "member":
      return variableReference(scope, node) === undefined
        ? memberPlace(scope, node)
        : variablePlace(scope, node);
    case "identifier":
      return variablePlace(scope, node);
    default:
      return undefined;
  }
}

/** An array or record that is a variable. */
function variablePlace(scope: Scope, node: ExpressionNode): Place | undefined {
  const reference = variableReference(scope, node);
  if (reference === undefined || reference.keys.length > 0) return undefined;
  const variable = scope.variable(reference.scope, reference.name);
  if (variable?.offset === undefined) return undefined;
  const offset = constant(variable.offset, unsignedLongType, node.span).ir;
  return { address: call("memory", [offset], uint64, node.span), type: variable.type };
}

/** `base[key]` where `base` is no associative array. */
function indexed(
  scope: Scope,
  base: ExpressionNode,
  keys: readonly ExpressionNode[],
  span: Span,
): Place | undefined {
  const reference = variableReference(scope, base);
  if (reference !== undefined && reference.keys.length === 0) {
    const type = scope.variable(reference.scope, reference.name);
    const isArray = type === undefined || type.keys.length > 0 || !isIndexable(type.type);
    if (isArray && !scope.inlines.has(reference.name)) return undefined;
  }
  if (base.kind === "aggregation") return undefined;
  const array = scope.lower(base);
  if (!isIndexable(array.type)) return undefined;
  const [key] = keys;
  if (key === undefined || keys.length > 1)
    reject("D_ARR_BADREF", "memory is indexed by one number", span, "write a[i][j]");
  const index = scope.lower(key);
  if (index.type.kind !== "integer")
    reject("D_ARR_BADREF", `an index is an integer, not ${index.type.name}`, key.span);
  if (array.type.kind === "array") checkBounds(array.type.length, index, key.span);
  const pointer = array.type.kind === "string" ? stringPointer(array, span) : decayed(array);
  return target(movedPointer("+", pointer, index, span), span);
}

function isIndexable(type: DType): boolean {
  return type.kind === "pointer" || type.kind === "array" || type.kind === "string";
}

function checkBounds(length: number, index: Typed, span: Span): void {
  const value = constantValue(index);
  if (value !== undefined && length > 0 && (value < 0 || value >= length))
    reject("D_ARR_BOUNDS", `index outside array bounds: ${value}, max is ${length}`, span);
}

/** The address of a string's characters. */
export function stringPointer({ ir }: Typed, span: Span): Typed {
  const char = integerType("char");
  return { ir: call("string_address", [ir], uint64, span), type: pointerTo("char", char) };
}

function memberPlace(scope: Scope, node: ExpressionNode & { kind: "member" }): Place {
  const { base: baseNode, operator, name, span } = node;
  const base = operator === "->" ? decayed(scope.lower(baseNode)) : scope.lower(baseNode);
  const record = operator === "->" && base.type.kind === "pointer" ? base.type.target : base.type;
  if (operator === "->" && base.type.kind !== "pointer")
    reject("D_OP_PTR", `operator -> needs a pointer, not ${base.type.name}`, baseNode.span);
  if (record?.kind !== "record")
    reject(
      "D_OP_SOU",
      `operator ${operator} needs a struct or union, not ${(record ?? base.type).name}`,
      span,
    );
  const { members } = record.layout;
  if (members === undefined) reject("D_OP_INCOMPLETE", `the members of ${record.name} are not known`, span);
  const member =
    members.get(name.text) ??
    reject(
      "D_TYPE_MEMBER",
      `${record.name} has no member ${name.text}`,
      name.span,
      didYouMean(name.text, [...members.keys()]),
    );
  const { width, offset, type } = member;
  return { address: moved(base.ir, offset, span), type, ...(width === undefined ? {} : { width }) };
}

/** What `pointer` points to. */
function target({ ir, type }: Typed, span: Span): Place {
  if (type.kind !== "pointer") reject("D_DEREF_NONPTR", `a value of type ${type.name} is no pointer`, span);
  const to = knownTarget(type, span);
  if (to.kind === "void")
    reject("D_DEREF_VOID", `what a ${type.name} points to has no type`, span, "cast it first: (int *)");
  return { address: ir, type: to };
}

function knownTarget(type: PointerDType, span: Span): DType {
  return type.target ?? reject("D_DEREF_NONPTR", `what a ${type.name} points to is not known`, span);
}

/** The value at `place`. That of an array or record is its address. */
export function readPlace(place: Place, span: Span): Typed {
  const { address, type, width } = place;
  if (isInMemory(type)) return { ir: address, type };
  const held = heldAs(place, span);
  const raw = call(`load${held.bits}`, [address], held, span);
  if (width !== undefined && type.kind === "integer")
    return { ir: extracted(raw, width, type.ir, span), type };
  return { ir: converted(raw, irType(type), span), type };
}

/** `place` set to `value`; the result is the new value, as the place holds it. */
export function writePlace(place: Place, value: Typed, span: Span): Typed {
  const { address, type, width } = place;
  if (isInMemory(type)) {
    const size = constant(sizeOf(type), unsignedLongType, span).ir;
    return { ir: call("bcopy", [value.ir, address, size], uint64, span), type };
  }
  const held = heldAs(place, span);
  const given = converted(convert(value, type), held, span);
  const stored = call(`store${held.bits}`, [address, given], held, span);
  // A bit-field has its bytes for itself: the bits above it may be anything.
  if (width !== undefined && type.kind === "integer")
    return { ir: extracted(stored, width, type.ir, span), type };
  return { ir: converted(stored, irType(type), span), type };
}

/** The address of `place`. */
export function addressOf({ address, type, width }: Place, span: Span): Typed {
  if (width !== undefined) reject("D_ADDROF_BITFIELD", "a bit-field has no address", span);
  return { ir: address, type: pointerTo(type.name, type) };
}

/** `pointer + index` or `pointer - index`, in elements. */
export function movedPointer(operator: "+" | "-", pointer: Typed, index: Typed, span: Span): Typed {
  if (pointer.type.kind !== "pointer") throw new TypeError("no pointer");
  const size = targetSize(pointer.type, span);
  const known = constantValue(index);
  if (known !== undefined)
    return {
      ir: moved(pointer.ir, (operator === "+" ? 1n : -1n) * BigInt(known) * BigInt(size), span),
      type: pointer.type,
    };
  const count = convert(index, unsignedLongType);
  const bytes = size === 1 ? count : binary("*", count, integer(BigInt(size), uint64, span), span);
  return { ir: binary(operator, pointer.ir, bytes, span), type: pointer.type };
}

/** The bytes that a pointer moves by for each element. */
export function targetSize(type: PointerDType, span: Span): number {
  const to = knownTarget(type, span);
  return to.kind === "void" ? 1 : sizeOf(to);
}

function moved(address: Expression, by: number | bigint, span: Span): Expression {
  return by === 0 || by === 0n ? address : binary("+", address, integer(BigInt(by), uint64, span), span);
}

/** The lowest `width` bits of `raw`, as `type`. */
function extracted(raw: Expression, width: number, type: IntegerType, span: Span): Expression {
  // Up to the top of 64 bits, then down: the sign comes along.
  const wide: IntegerType = { kind: "integer", bits: 64, signed: type.signed };
  const by = integer(BigInt(64 - width), wide, span);
  const top = binary("<<", converted(raw, wide, span), by, span);
  return converted(binary(">>", top, by, span), type, span);
}

/** The unsigned integer that holds the value of `place`. */
function heldAs({ type, width }: Place, span: Span): IntegerType {
  const bytes = width === undefined ? sizeOf(type) : bitFieldBytes(width);
  if (type.kind !== "integer" && type.kind !== "pointer")
    return notSupported(`${type.name} values in memory are`, span);
  return { kind: "integer", bits: (bytes * 8) as IntegerType["bits"], signed: false };
}

function converted(ir: Expression, type: ReturnType<typeof irType>, span: Span): Expression {
  const isSame =
    ir.type.kind === "integer" &&
    type.kind === "integer" &&
    ir.type.bits === type.bits &&
    ir.type.signed === type.signed;
  return isSame ? ir : { kind: "cast", operand: ir, type, span };
}

function integer(value: bigint, type: IntegerType, span: Span): Expression {
  const name = `${type.signed ? "" : "unsigned "}long` as const;
  return constant(value, { ...integerType(name), ir: type }, span).ir;
}

function binary(operator: ArithmeticOperator, left: Expression, right: Expression, span: Span): Expression {
  return { kind: "binary", operator, left, right, type: left.type, span };
}

function call(
  name: FunctionName,
  list: readonly Expression[],
  type: CallExpression["type"],
  span: Span,
): CallExpression {
  return { kind: "call", function: name, arguments: list, type, span };
}
