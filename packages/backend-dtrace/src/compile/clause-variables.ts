/**
 * Clause-local variables that have to be set before the clauses run. DTrace leaves in them what the probe before left; a
 * program may count on zero and the empty string.
 */
import {
  statementExpressions,
  walkExpression,
  type Clause,
  type Expression,
  type Program,
  type VariableDeclaration,
} from "@trace/core";

/** The variables that `clauses` may read before they set them. */
export function unsetVariables(
  { variables }: Program,
  clauses: readonly Clause[],
): readonly VariableDeclaration[] {
  return variables.filter(
    ({ scope, name }) => scope === "clause" && clauses.some((clause) => !setsFirst(clause, name)),
  );
}

/** Does `clause` mention the clause-local variable `name`? */
export function mentions({ predicate, body }: Clause, name: string): boolean {
  const expressions = body.flatMap(statementExpressions);
  return [...(predicate === undefined ? [] : [predicate]), ...expressions].some((one) => names(one, name));
}

/** Does `clause`, before anything else it does with the variable, assign it? */
function setsFirst(clause: Clause, name: string): boolean {
  if (clause.predicate !== undefined && names(clause.predicate, name)) return false;
  for (const statement of clause.body) {
    if (!statementExpressions(statement).some((one) => names(one, name))) continue;
    if (statement.kind !== "expression" || statement.expression.kind !== "assign") return false;
    const { target, operator, value } = statement.expression;
    return target.scope === "clause" && target.name === name && operator === undefined && !names(value, name);
  }
  return true;
}

function names(expression: Expression, name: string): boolean {
  let found = false;
  walkExpression(expression, (one) => {
    found ||= one.kind === "variable" && one.scope === "clause" && one.name === name;
  });
  return found;
}
