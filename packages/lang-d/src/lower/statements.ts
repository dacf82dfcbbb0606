/** Statements: aggregating, actions, `if`, and expressions for their effect. */
import type { Statement } from "@trace/core";
import { reject } from "@trace/syntax";
import type { StatementNode } from "../ast/program.ts";
import { isScalar } from "../types/d-type.ts";
import { lowerAction } from "./actions.ts";
import { aggregationTarget, aggregationText, lowerAggregate, undefinedAggregation } from "./aggregations.ts";
import { calledName } from "./calls.ts";
import { isAction } from "./functions.ts";
import { variableText, type Scope } from "./scope.ts";
import { variableReference } from "./variables.ts";

/** The statements of `nodes` that have no error; the errors of the others are collected. */
export function lowerStatements(scope: Scope, nodes: readonly StatementNode[]): readonly Statement[] {
  return nodes.flatMap((node) => {
    const statement = scope.diagnostics.attempt(() => lowerStatement(scope, node));
    if (statement === undefined) markBroken(scope, node);
    return statement ?? [];
  });
}

/** What `node` would have assigned is missing from here on, which is no news. */
function markBroken(scope: Scope, node: StatementNode): void {
  if (node.kind !== "expression" || node.expression.kind !== "assignment") return;
  const { target } = node.expression;
  const aggregation = scope.diagnostics.attempt(() => aggregationTarget(target))?.aggregation;
  const variable = scope.diagnostics.attempt(() => variableReference(scope, target));
  if (aggregation !== undefined) scope.broken.add(aggregationText(aggregation.name));
  if (variable !== undefined) scope.broken.add(variableText(variable.scope, variable.name));
}

function lowerStatement(scope: Scope, node: StatementNode): Statement {
  if (node.kind === "if") {
    const condition = scope.lower(node.condition);
    if (!isScalar(condition.type))
      reject(
        "D_PRED_SCALAR",
        `a condition must be a number or a pointer, not ${condition.type.name}`,
        node.condition.span,
      );
    return {
      kind: "if",
      condition: condition.ir,
      // oxlint-disable-next-line unicorn/no-thenable -- the IR's name
      then: lowerStatements(scope, node.consequence),
      otherwise: lowerStatements(scope, node.alternative),
      span: node.span,
    };
  }
  const { expression } = node;
  if (expression.kind === "assignment") {
    const target = aggregationTarget(expression.target);
    if (target !== undefined) return lowerAggregate(scope, expression, target);
  }
  const target = aggregationTarget(expression);
  if (target !== undefined && target.keys.length === 0 && !scope.aggregations.has(target.aggregation.name))
    undefinedAggregation(target.aggregation);
  if (target !== undefined)
    reject(
      "D_AGG_NULL",
      `${aggregationText(target.aggregation.name)} alone does nothing`,
      expression.span,
      `assign it: ${aggregationText(target.aggregation.name)} = count();`,
    );
  if (expression.kind === "call") {
    const name = calledName(scope, expression);
    if (isAction(name)) return lowerAction(scope, name, expression);
  }
  return { kind: "expression", expression: scope.lower(expression).ir, span: node.span };
}
