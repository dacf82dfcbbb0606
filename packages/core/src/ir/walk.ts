/** Visiting the nodes of a program. */
import type { Expression } from "./expression.ts";
import type { Clause, Program } from "./program.ts";
import type { OutputStatement, Statement } from "./statement.ts";

/** The expressions directly inside `expression`. */
export function childExpressions(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "integer":
    case "float":
    case "string":
    case "argument":
    case "builtin":
      return [];
    case "variable":
      return expression.keys;
    case "unary":
    case "cast":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.condition, expression.then, expression.otherwise];
    case "call":
      return expression.arguments;
    case "assign":
      return [expression.target, expression.value];
    case "increment":
      return [expression.target];
    case "sequence":
      return expression.expressions;
  }
}

/** The expressions directly inside `statement`, in the order they are evaluated. */
export function statementExpressions(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "expression":
      return [statement.expression];
    case "if":
      return [statement.condition];
    case "aggregate": {
      const more = [statement.value, statement.weight].filter((one) => one !== undefined);
      return [...statement.keys, ...more];
    }
    case "printf":
      return statement.arguments;
    case "trace":
      return [statement.value];
    case "exit":
      return [statement.status];
    case "trunc":
      return statement.count === undefined ? [] : [statement.count];
    case "normalize":
      return [statement.factor];
    case "printa":
    case "stack":
    case "default":
    case "clear":
    case "denormalize":
      return [];
  }
}

/** Calls `visit` for `expression` and all inside it, outermost first. */
export function walkExpression(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  for (const child of childExpressions(expression)) walkExpression(child, visit);
}

/** Calls `visit` for each of `statements` and those nested in them, in program order. */
export function walkStatements(
  statements: readonly Statement[],
  visit: (statement: Statement) => void,
): void {
  for (const statement of statements) {
    visit(statement);
    if (statement.kind === "if") {
      walkStatements(statement.then, visit);
      walkStatements(statement.otherwise, visit);
    }
  }
}

/** Calls `visit` for every expression of `clause`: predicate, then body. */
export function walkClauseExpressions(clause: Clause, visit: (expression: Expression) => void): void {
  if (clause.predicate !== undefined) walkExpression(clause.predicate, visit);
  walkStatements(clause.body, (statement) => {
    for (const expression of statementExpressions(statement)) walkExpression(expression, visit);
  });
}

/** Is it a statement whose execution appears in events? */
export function isOutput(statement: Statement): statement is OutputStatement {
  switch (statement.kind) {
    case "printf":
    case "printa":
    case "trace":
    case "stack":
    case "default":
    case "exit":
      return true;
    case "expression":
    case "if":
    case "aggregate":
    case "clear":
    case "trunc":
    case "normalize":
    case "denormalize":
      return false;
  }
}

/**
 * The output statements of `program` in program order. The index of one in this list is its number: what backends send
 * instead of the statement, and the host looks up.
 */
export function outputStatements(program: Program): readonly OutputStatement[] {
  const outputs: OutputStatement[] = [];
  for (const clause of program.clauses) {
    walkStatements(clause.body, (statement) => {
      if (isOutput(statement)) outputs.push(statement);
    });
  }
  return outputs;
}
