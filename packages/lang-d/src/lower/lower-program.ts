/** A parsed script as a program of the IR. */
import {
  isOutput,
  matchProbe,
  programVersion,
  walkStatements,
  type Clause,
  type Expression,
  type LanguageContext,
  type ProbePoint,
  type Program,
  type Statement,
} from "@trace/core";
import { DiagnosticList, reject } from "@trace/syntax";
import { tooDeepNode } from "../ast/depth.ts";
import type { ClauseNode, ProgramNode } from "../ast/program.ts";
import { irType, isInMemory, isScalar } from "../types/d-type.ts";
import { checkSpeculation } from "./check-speculation.ts";
import { lowerDeclaration } from "./declarations.ts";
import { lowerExpression } from "./expressions.ts";
import { collectOptions } from "./options.ts";
import { lowerProbePoint } from "./probe-points.ts";
import { Scope } from "./scope.ts";
import { lowerStatements } from "./statements.ts";

const CONSUMER_ACTIONS: ReadonlySet<Statement["kind"]> = new Set([
  "clear",
  "trunc",
  "normalize",
  "denormalize",
]);

/** Levels of a clause that the validator of programs takes, less those that it does not count. */
const DEEPEST = 240;

/** The program that `node`, the tree of the script called `scriptName`, means; what is wrong with it goes to `diagnostics`. */
export function lowerProgram(
  scriptName: string,
  node: ProgramNode,
  context: LanguageContext,
  diagnostics: DiagnosticList,
): Program {
  const options = collectOptions(node.controlLines, context.options ?? {}, diagnostics);
  const scope = new Scope(scriptName, context, options, diagnostics, lowerExpression);
  const clauses: Clause[] = [];
  for (const declaration of node.declarations) {
    if (declaration.kind === "clause") {
      const clause = lowerClause(scope, declaration);
      const deep = tooDeepNode(clause, DEEPEST);
      if (deep !== undefined)
        diagnostics.error("D_SYNTAX", "expression has too many levels", deep.span, "split it up");
      clauses.push(clause);
    } else diagnostics.attempt(() => lowerDeclaration(scope, declaration));
  }
  return {
    version: programVersion,
    style: "dtrace",
    options: { ...options.program, ...(scope.memory === 0 ? {} : { memory: scope.memory }) },
    variables: scope.variables
      .filter(({ type }) => !isInMemory(type))
      .map((variable) => ({
        scope: variable.scope,
        name: variable.name,
        type: irType(variable.type),
        keys: variable.keys.map(irType),
        span: variable.span,
      })),
    aggregations: [...scope.aggregations.values()].map(({ declaration }) => declaration),
    clauses,
  };
}

function lowerClause(scope: Scope, node: ClauseNode): Clause {
  const points = node.descriptions.flatMap(
    (description) => scope.diagnostics.attempt(() => lowerProbePoint(scope, description)) ?? [],
  );
  scope.probes = matchingProbes(scope, points);
  const { body, predicate } = lowerParts(scope, node);
  scope.diagnostics.attempt(() => checkSpeculation(body));
  return {
    points,
    ...(predicate === undefined ? {} : { predicate }),
    body: hasSilentRecord(node, body) ? [...body, { kind: "default", span: node.span }] : body,
    span: node.span,
  };
}

interface Parts {
  readonly body: readonly Statement[];
  readonly predicate: Expression | undefined;
}

/**
 * Actions come first: a predicate may use what its own clause assigns, as in `/self->seen == 0/ { self->seen = 1; }`.
 * Where the actions use what is not known, the predicate comes first, for it may be that which assigns: `/x++/ { trace(x); }`
 * (DTrace's dt_cook_clause does the same).
 */
function lowerParts(scope: Scope, node: ClauseNode): Parts {
  const { diagnostics } = scope;
  const lowerPredicateNow = (): Expression | undefined =>
    scope.diagnostics.attempt(() => lowerPredicate(scope, node));
  const trial = new DiagnosticList();
  scope.diagnostics = trial;
  const body = lowerStatements(scope, node.body);
  scope.diagnostics = diagnostics;
  const unknown = trial.items.some(({ code }) => code === "D_IDENT_UNDEF" || code === "D_VAR_UNDEF");
  if (unknown && node.predicate !== undefined) {
    const predicate = lowerPredicateNow();
    return { predicate, body: lowerStatements(scope, node.body) };
  }
  for (const diagnostic of trial.items) diagnostics.add(diagnostic);
  return { body, predicate: lowerPredicateNow() };
}

/**
 * Does the clause record that it fired, and print nothing? One without a body does, and one that only does to
 * aggregations what DTrace's consumer does for it: it has a line in the output, too.
 */
function hasSilentRecord(node: ClauseNode, body: readonly Statement[]): boolean {
  let outputs = false;
  let consumerActions = false;
  walkStatements(body, (statement) => {
    if (isOutput(statement)) outputs = true;
    if (CONSUMER_ACTIONS.has(statement.kind)) consumerActions = true;
  });
  return node.body.length === 0 || (consumerActions && !outputs);
}

function lowerPredicate(scope: Scope, { predicate: node }: ClauseNode): Clause["predicate"] {
  if (node === undefined) return undefined;
  const predicate = scope.lower(node);
  if (!isScalar(predicate.type))
    reject(
      "D_PRED_SCALAR",
      `a predicate must be a number or a pointer, not ${predicate.type.name}`,
      node.span,
      predicate.type.kind === "string" ? 'compare it: != ""' : undefined,
    );
  return predicate.ir;
}

function matchingProbes(scope: Scope, points: readonly ProbePoint[]): Scope["probes"] {
  return (scope.context.probes ?? []).filter((probe) => points.some((point) => matchProbe(point, probe)));
}
