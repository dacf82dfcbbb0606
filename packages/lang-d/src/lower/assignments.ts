/** Assignments and `++`, `--`. */
import { reject } from "@trace/syntax";
import type { AssignmentNode, ExpressionNode, IncrementNode } from "../ast/expression.ts";
import {
  int64,
  sameType,
  type ArithmeticOperator,
  type AssignExpression,
  type Expression,
} from "@trace/core";
import { decayed, fromIrType, intType, irType, isInMemory, type DType, type Typed } from "../types/d-type.ts";
import { constant, convert } from "../types/convert.ts";
import { arithmetic, checkOperands } from "./operators.ts";
import { memoryPlace, movedPointer, readPlace, writePlace, type Place } from "./memory.ts";
import type { Scope } from "./scope.ts";
import { existingVariable, variableReference, writeVariable, type Reference } from "./variables.ts";

export function lowerAssignment(scope: Scope, node: AssignmentNode): Typed {
  const { operator, target: targetNode, span } = node;
  if (
    targetNode.kind === "aggregation" ||
    (targetNode.kind === "index" && targetNode.base.kind === "aggregation")
  )
    reject(
      "D_AGG_FUNC",
      "an aggregation is assigned by a statement of its own",
      span,
      "write @name[keys] = count();",
    );
  const place = memoryPlace(scope, targetNode);
  if (place !== undefined) return assignPlace(scope, node, place);
  const reference = assignable(scope, targetNode);
  const value = decayed(scope.lower(node.value));
  if (value.type.kind === "void")
    reject("D_OP_INCOMPAT", "a call without a value cannot be assigned", node.value.span);
  if (operator === "=") {
    const { target, type } = writeVariable(scope, reference, value.type);
    const converted = assigned(value, type, node);
    return { ir: { kind: "assign", target, value: converted, type: irType(type), span }, type };
  }
  const { target, type } = existingVariable(scope, reference);
  const word = operator.slice(0, -1) as ArithmeticOperator;
  if (type.kind === "pointer")
    return {
      ir: {
        kind: "assign",
        target,
        value: combine(word, { ir: target, type }, value, node).ir,
        type: irType(type),
        span,
      },
      type,
    };
  checkOperands(word, { type, span: targetNode.span }, { type: value.type, span: node.value.span });
  const old: Typed = { ir: target, type };
  // Division sees all bits of a wider operand; in the others, those beyond the variable's make no difference.
  const wide = operator === "/=" || operator === "%=" ? arithmetic(word, old, value, span) : undefined;
  const shift = operator === "<<=" || operator === ">>=";
  const combined: Pick<AssignExpression, "operator" | "value"> =
    wide !== undefined && !sameType(wide.ir.type, irType(type))
      ? { value: convert(wide, type) }
      : { operator: word, value: shift ? value.ir : convert(value, type) };
  return { ir: { kind: "assign", target, ...combined, type: irType(type), span }, type };
}

export function lowerIncrement(scope: Scope, node: IncrementNode): Typed {
  const { operator, prefix, span } = node;
  const place = memoryPlace(scope, node.operand);
  if (place !== undefined) return incrementPlace(node, place);
  // A variable that is first met here is an int64_t.
  const { target, type } = writeVariable(scope, assignable(scope, node.operand), fromIrType(int64));
  if (type.kind === "pointer") {
    const step = constant(1, intType, span);
    const by = operator === "++" ? "+" : "-";
    const value = movedPointer(by, { ir: target, type }, step, span).ir;
    const moved: Typed = { ir: { kind: "assign", target, value, type: irType(type), span }, type };
    return prefix ? moved : movedPointer(by === "+" ? "-" : "+", moved, step, span);
  }
  if (type.kind !== "integer")
    reject("D_OP_SCALAR", `operator ${operator} needs an integer, not ${type.name}`, node.operand.span);
  return {
    ir: { kind: "increment", target, by: operator === "++" ? 1 : -1, prefix, type: irType(type), span },
    type,
  };
}

/** An assignment to memory. Its address is computed twice where the old value counts: it has no effects but faults. */
function assignPlace(scope: Scope, node: AssignmentNode, place: Place): Typed {
  const { operator, span } = node;
  const value = decayedFor(place.type, scope.lower(node.value));
  if (operator === "=")
    return writePlace(place, { ir: assigned(value, place.type, node), type: place.type }, span);
  const word = operator.slice(0, -1) as ArithmeticOperator;
  return writePlace(place, combine(word, readPlace(place, span), value, node), span);
}

function decayedFor(type: DType, value: Typed): Typed {
  return isInMemory(type) ? value : decayed(value);
}

/** `old operator value`. */
function combine(
  operator: ArithmeticOperator,
  old: Typed,
  value: Typed,
  { target, value: node, span }: AssignmentNode,
): Typed {
  if (old.type.kind === "pointer" && (operator === "+" || operator === "-") && value.type.kind === "integer")
    return movedPointer(operator, old, value, span);
  checkOperands(operator, { type: old.type, span: target.span }, { type: value.type, span: node.span });
  return arithmetic(operator, old, value, span);
}

function incrementPlace({ operator, prefix, operand, span }: IncrementNode, place: Place): Typed {
  const { type } = place;
  if (type.kind !== "integer" && type.kind !== "pointer")
    reject(
      "D_OP_SCALAR",
      `operator ${operator} needs an integer or a pointer, not ${type.name}`,
      operand.span,
    );
  const step = constant(1, intType, span);
  const by = (sign: "+" | "-", from: Typed): Typed =>
    type.kind === "pointer" ? movedPointer(sign, from, step, span) : arithmetic(sign, from, step, span);
  const result = writePlace(place, by(operator === "++" ? "+" : "-", readPlace(place, span)), span);
  if (prefix) return result;
  return { ir: convert(by(operator === "++" ? "-" : "+", result), type), type };
}

function assignable(scope: Scope, node: ExpressionNode): Reference {
  const reference = variableReference(scope, node);
  if (reference !== undefined) {
    if (reference.scope === "global" && scope.inlines.has(reference.name))
      reject("D_OP_WRITE", `'${reference.name}' is a constant and cannot be assigned`, node.span);
    return reference;
  }
  reject("D_OP_LVAL", "only a variable can be assigned", node.span);
}

/** `value` as the type of the variable it is assigned to. */
function assigned(value: Typed, type: DType, { target, value: node }: AssignmentNode): Expression {
  const fits =
    type.kind === "string" || value.type.kind === "string"
      ? type.kind === value.type.kind
      : isInMemory(type) || isInMemory(value.type)
        ? type.kind === value.type.kind && type.name === value.type.name
        : type.kind !== "void";
  if (!fits)
    reject(
      "D_OP_INCOMPAT",
      `a ${value.type.name} cannot be assigned to a variable of type ${type.name}`,
      { start: target.span.start, end: node.span.end },
      "D variables keep the type of their declaration or first assignment",
    );
  return type.kind === "string" || isInMemory(type) ? value.ir : convert(value, type);
}
