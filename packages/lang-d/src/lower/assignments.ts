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
import { fromIrType, irType, type DType, type Typed } from "../types/d-type.ts";
import { convert } from "../types/convert.ts";
import { arithmetic, checkOperands } from "./operators.ts";
import { notSupported, type Scope } from "./scope.ts";
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
  const reference = assignable(scope, targetNode);
  const value = scope.lower(node.value);
  if (value.type.kind === "void")
    reject("D_OP_INCOMPAT", "a call without a value cannot be assigned", node.value.span);
  if (operator === "=") {
    const { target, type } = writeVariable(scope, reference, value.type);
    const converted = assigned(value, type, node);
    return { ir: { kind: "assign", target, value: converted, type: irType(type), span }, type };
  }
  const { target, type } = existingVariable(scope, reference);
  const word = operator.slice(0, -1) as ArithmeticOperator;
  checkOperands(word, { type, span: targetNode.span }, { type: value.type, span: node.value.span }, span);
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
  // A variable that is first met here is an int64_t.
  const { target, type } = writeVariable(scope, assignable(scope, node.operand), fromIrType(int64));
  if (type.kind !== "integer")
    reject("D_OP_SCALAR", `operator ${operator} needs an integer, not ${type.name}`, node.operand.span);
  return {
    ir: { kind: "increment", target, by: operator === "++" ? 1 : -1, prefix, type: irType(type), span },
    type,
  };
}

function assignable(scope: Scope, node: ExpressionNode): Reference {
  const reference = variableReference(scope, node);
  if (reference !== undefined) {
    if (reference.scope === "global" && scope.inlines.has(reference.name))
      reject("D_OP_WRITE", `'${reference.name}' is a constant and cannot be assigned`, node.span);
    return reference;
  }
  if (node.kind === "member" || node.kind === "unary" || node.kind === "index")
    notSupported("assigning to memory is", node.span);
  reject("D_OP_LVAL", "only a variable can be assigned", node.span);
}

/** `value` as the type of the variable it is assigned to. */
function assigned(value: Typed, type: DType, { target, value: node }: AssignmentNode): Expression {
  const fits =
    type.kind === "string" || value.type.kind === "string"
      ? type.kind === value.type.kind
      : type.kind !== "void";
  if (!fits)
    reject(
      "D_OP_INCOMPAT",
      `a ${value.type.name} cannot be assigned to a variable of type ${type.name}`,
      { start: target.span.start, end: node.span.end },
      "D variables keep the type of their declaration or first assignment",
    );
  return type.kind === "string" ? value.ir : convert(value, type);
}
