/**
 * Capabilities: what of the IR a backend can run, as data. A program's requirements are checked against them before
 * anything is attached.
 */
import type { AggregatingFunctionName } from "../aggregation/aggregating-function.ts";
import { errorDiagnostic, type Diagnostic, type Span } from "../diagnostic/diagnostic.ts";
import type { BuiltinName } from "../ir/builtins.ts";
import type { Expression, VariableScope } from "../ir/expression.ts";
import type { FunctionName } from "../ir/functions.ts";
import type { Program } from "../ir/program.ts";
import type { Statement } from "../ir/statement.ts";
import { statementExpressions, walkExpression, walkStatements } from "../ir/walk.ts";
import type { ProbePoint } from "../probe/probe-point.ts";

/** One thing a program may need. The part before the colon is the kind, the part after it the IR's own name. */
export type Capability =
  | `probe:${Exclude<ProbePoint["kind"], "timer">}`
  | `probe:${"interval" | "profile"}`
  | `statement:${Statement["kind"]}`
  | `aggregation:${AggregatingFunctionName}`
  | `builtin:${BuiltinName}`
  | `function:${FunctionName}`
  | `variable:${VariableScope}`
  | "variable:associative"
  | "type:float";

/** What a program needs, and the first place it needs it. */
export interface Requirement {
  readonly capability: Capability;
  readonly span?: Span;
}

/** All that `program` needs, each once, in program order. */
export function programRequirements(program: Program): readonly Requirement[] {
  const found = new Map<Capability, Requirement>();
  const need = (capability: Capability, span: Span | undefined): void => {
    if (!found.has(capability))
      found.set(capability, span === undefined ? { capability } : { capability, span });
  };
  const visitExpression = (expression: Expression): void => {
    if (expression.kind === "builtin") need(`builtin:${expression.name}`, expression.span);
    else if (expression.kind === "call") need(`function:${expression.function}`, expression.span);
    else if (expression.kind === "variable") {
      need(`variable:${expression.scope}`, expression.span);
      if (expression.keys.length > 0) need("variable:associative", expression.span);
    }
    if (expression.type.kind === "float") need("type:float", expression.span);
  };
  const functionOf = new Map(program.aggregations.map((one) => [one.name, one.function.name]));
  for (const clause of program.clauses) {
    for (const point of clause.points) {
      need(point.kind === "timer" ? `probe:${point.mode}` : `probe:${point.kind}`, point.span);
      if (point.condition !== undefined) walkExpression(point.condition, visitExpression);
    }
    if (clause.predicate !== undefined) walkExpression(clause.predicate, visitExpression);
    walkStatements(clause.body, (statement) => {
      need(`statement:${statement.kind}`, statement.span);
      if (statement.kind === "aggregate") {
        const name = functionOf.get(statement.aggregation);
        if (name !== undefined) need(`aggregation:${name}`, statement.span);
      }
      for (const expression of statementExpressions(statement)) walkExpression(expression, visitExpression);
    });
  }
  return [...found.values()];
}

/** Refusals: one diagnostic for each requirement of `program` that is not in `capabilities`. */
export function checkCapabilities(
  program: Program,
  backend: string,
  capabilities: ReadonlySet<Capability>,
): readonly Diagnostic[] {
  return programRequirements(program)
    .filter((requirement) => !capabilities.has(requirement.capability))
    .map(({ capability, span }) =>
      errorDiagnostic(
        "CAPABILITY_MISSING",
        `the ${backend} backend has no ${describeCapability(capability)}`,
        {
          ...(span === undefined ? {} : { span }),
          hint: "choose another backend with -b; `trace doctor` lists those of this machine",
        },
      ),
    );
}

/** A capability in words. */
export function describeCapability(capability: Capability): string {
  const colon = capability.indexOf(":");
  const kind = capability.slice(0, colon);
  const name = capability.slice(colon + 1);
  switch (kind) {
    case "probe":
      return `${name} probes`;
    case "statement":
      return `${name} action`;
    case "aggregation":
      return `aggregating function ${name}()`;
    case "builtin":
      return `built-in variable ${name}`;
    case "function":
      return `function ${name}()`;
    case "variable":
      return name === "associative" ? "associative arrays" : `${name} variables`;
    default:
      return `${name} type`;
  }
}
