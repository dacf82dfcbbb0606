/** Expressions: each kind to its place. */
import { reject } from "@trace/syntax";
import type { CastNode, ExpressionNode, IdentifierNode, IndexNode, OffsetofNode } from "../ast/expression.ts";
import {
  decayed,
  intType,
  isInMemory,
  irType,
  isArithmetic,
  isScalar,
  pointerTo,
  sizeOf,
  unsignedLongType,
  voidType,
  type DType,
  type Typed,
} from "../types/d-type.ts";
import { constant, convert } from "../types/convert.ts";
import { lowerAssignment, lowerIncrement } from "./assignments.ts";
import { builtinVariables, libraryConstants } from "./builtin-variables.ts";
import { argument, lowerCall, stringOf, typedArgument } from "./calls.ts";
import { lowerInteger, lowerMacro, stringConstant } from "./literals.ts";
import { lowerBinary, lowerComma, lowerConditional, lowerUnary } from "./operators.ts";
import { memoryPlace, readPlace, stringPointer } from "./memory.ts";
import { notSupported, type Scope } from "./scope.ts";
import { useParameterisedInline } from "./parameterised-inlines.ts";
import { translatedMember } from "./translators.ts";
import { resolveTypeName } from "./type-names.ts";
import { readVariable, variableReference } from "./variables.ts";

/** The IR expression that `node` means. Rejects what is wrong with it. */
export function lowerExpression(scope: Scope, node: ExpressionNode): Typed {
  const { span } = node;
  switch (node.kind) {
    case "integer":
      return lowerInteger(node);
    case "string":
      return stringConstant(node.value, span);
    case "float":
      return reject("D_SYNTAX", "D has no floating-point constants", span);
    case "macro": {
      const value = lowerMacro(scope, node);
      return "identifier" in value
        ? lowerIdentifier(scope, { kind: "identifier", name: value.identifier, span })
        : value;
    }
    case "identifier":
      return lowerIdentifier(scope, node);
    case "aggregation":
      return reject(
        "D_OP_DYN",
        `aggregation @${node.name === "_" ? "" : node.name} cannot be part of an expression`,
        span,
        "aggregations are assigned with '=' and used by printa(), clear(), trunc(), normalize()",
      );
    case "index":
      return lowerIndex(scope, node);
    case "call":
      return lowerCall(scope, node);
    case "member": {
      if (node.base.kind === "translate") return translatedMember(scope, node.base, node.name, span);
      const place = memoryPlace(scope, node);
      if (place !== undefined) return readPlace(place, span);
      const reference = variableReference(scope, node);
      return reference === undefined ? reject("D_OP_SOU", "no member", span) : readVariable(scope, reference);
    }
    case "unary":
      return lowerUnary(scope, node);
    case "increment":
      return lowerIncrement(scope, node);
    case "binary":
      return lowerBinary(scope, node);
    case "conditional":
      return lowerConditional(scope, node);
    case "assignment":
      return lowerAssignment(scope, node);
    case "comma":
      return lowerComma(scope, node);
    case "cast":
      return lowerCast(scope, node);
    case "sizeof-type":
      return size(resolveTypeName(scope, node.type), node);
    case "sizeof":
      return size(scope.lower(node.operand).type, node);
    case "stringof":
      return stringOf(scope.lower(node.operand), span);
    case "offsetof":
      return offsetOf(scope, node);
    case "translate":
      return notSupported(
        "translated values as a whole are",
        span,
        "take a member: xlate<type>(value).member",
      );
  }
}

function lowerIdentifier(scope: Scope, { name, span }: IdentifierNode): Typed {
  if (name === "self" || name === "this")
    reject("D_SYNTAX", `'${name}' needs a variable`, span, `write ${name}->name`);
  const place = memoryPlace(scope, { kind: "identifier", name, span });
  if (place !== undefined) return readPlace(place, span);
  if (scope.variable("global", name) !== undefined)
    return readVariable(scope, { scope: "global", name, keys: [], span });
  const inline = scope.inlines.get(name);
  if (inline !== undefined) return scope.useInline(inline, span);
  const argumentIndex = /^arg([0-9])$/.exec(name)?.[1];
  if (argumentIndex !== undefined) return argument(Number(argumentIndex), span);
  const builtin = builtinVariables.get(name);
  if (builtin !== undefined)
    return {
      ir: { kind: "builtin", name: builtin.name, type: irType(builtin.type), span },
      type: builtin.type,
    };
  const library = libraryConstants.get(name);
  if (library !== undefined) return constant(library, intType, span);
  if (name === "NULL") {
    const address = pointerTo("void", voidType);
    return { ir: constant(0, unsignedLongType, span).ir, type: address };
  }
  if (name === "args") reject("D_ARGS_TYPE", "args is an array", span, "write args[0]");
  return readVariable(scope, { scope: "global", name, keys: [], span });
}

function lowerIndex(scope: Scope, node: IndexNode): Typed {
  const { base, keys, span } = node;
  if (base.kind === "aggregation")
    reject(
      "D_OP_DYN",
      `aggregation @${base.name === "_" ? "" : base.name} cannot be part of an expression`,
      span,
    );
  if (base.kind === "identifier" && base.name === "args" && scope.variable("global", "args") === undefined)
    return typedArgument(scope, keys, span);
  const inline = useParameterisedInline(scope, node);
  if (inline !== undefined) return inline;
  const place = memoryPlace(scope, node);
  if (place !== undefined) return readPlace(place, span);
  const reference = variableReference(scope, node);
  if (reference === undefined)
    reject("D_DEREF_NONPTR", "this cannot be indexed: it is neither an array nor a pointer", span);
  return readVariable(scope, reference);
}

function lowerCast(scope: Scope, node: CastNode): Typed {
  const { span } = node;
  const type = resolveTypeName(scope, node.type);
  const operand = decayed(scope.lower(node.operand));
  const invalid = (hint?: string): never =>
    reject("D_CAST_INVAL", `a ${operand.type.name} cannot be cast to ${type.name}`, span, hint);
  if (type.kind === "string")
    return operand.type.kind === "string" || isScalar(operand.type) ? stringOf(operand, span) : invalid();
  if (type.kind === "void" || isInMemory(type)) return invalid();
  if (operand.type.kind === "string" && type.kind === "pointer")
    return { ir: stringPointer(operand, span).ir, type };
  if (operand.type.kind === "string") return invalid("strtoll() reads the number in a string");
  if (!isScalar(operand.type) && !(isArithmetic(operand.type) && type.kind !== "pointer")) return invalid();
  return { ir: convert(operand, type), type };
}

function offsetOf(scope: Scope, { type: node, member, span }: OffsetofNode): Typed {
  const type = resolveTypeName(scope, node);
  if (type.kind !== "record")
    reject("D_OFFSETOF_TYPE", `offsetof needs a struct or union, not ${type.name}`, node.span);
  const found = type.layout.members?.get(member.text);
  if (found === undefined) reject("D_TYPE_MEMBER", `${type.name} has no member ${member.text}`, member.span);
  if (found.width !== undefined)
    reject("D_OFFSETOF_BITFIELD", `${member.text} is a bit-field: it has no offset`, member.span);
  return constant(found.offset, unsignedLongType, span);
}

function size(type: DType, { span }: ExpressionNode): Typed {
  if (type.kind === "record" && type.layout.members === undefined)
    reject("D_SIZEOF_TYPE", `the members of ${type.name} are not known`, span);
  if (type.kind === "string" || type.kind === "void")
    reject("D_SIZEOF_TYPE", `${type.name} has no size`, span);
  return constant(sizeOf(type), unsignedLongType, span);
}
