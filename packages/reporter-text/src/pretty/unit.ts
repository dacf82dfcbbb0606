/** What the numbers of aggregations measure: told by an option, by what the program computes, or by the name. */
import {
  walkClauseExpressions,
  walkStatements,
  type Expression,
  type Program,
  type VariableExpression,
} from "@trace/core";
import type { Unit } from "../text-style.ts";

/** A unit of time a thousand times as long, which is what a division by 1000 makes of it. */
const LONGER: Readonly<Partial<Record<Unit, Unit>>> = { ns: "us", us: "ms", ms: "s" };

/** Words of a name that tell the unit. */
const WORDS: Readonly<Record<string, Unit>> = {
  ns: "ns",
  nsec: "ns",
  nsecs: "ns",
  us: "us",
  usec: "us",
  usecs: "us",
  ms: "ms",
  msec: "ms",
  msecs: "ms",
  secs: "s",
  seconds: "s",
  bytes: "bytes",
};

function unitOfName(name: string): Unit | undefined {
  const words = name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  return WORDS[words.split("_").at(-1) ?? ""];
}

function variableIdentity({ scope, name }: VariableExpression): string {
  return `${scope} ${name}`;
}

/** The units of variables that hold times, by what is assigned to them. */
type VariableUnits = ReadonlyMap<string, Unit>;

/** The unit of `expression`, where it is a time or made of times. */
function unitOfExpression(expression: Expression, variables: VariableUnits): Unit | undefined {
  switch (expression.kind) {
    case "builtin":
      return expression.name === "timestamp" || expression.name === "vtimestamp" ? "ns" : undefined;
    case "variable":
      return variables.get(variableIdentity(expression));
    case "cast":
      return unitOfExpression(expression.operand, variables);
    case "conditional":
      return (
        unitOfExpression(expression.then, variables) ?? unitOfExpression(expression.otherwise, variables)
      );
    case "binary": {
      const { operator, left, right } = expression;
      const unit = unitOfExpression(left, variables);
      if (operator === "-" || operator === "+") return unit ?? unitOfExpression(right, variables);
      return operator === "/" ? dividedUnit(unit, right) : undefined;
    }
    default:
      return undefined;
  }
}

/** The unit of a time that is divided by a power of 1000, written down. */
function dividedUnit(unit: Unit | undefined, divisor: Expression): Unit | undefined {
  const by = divisor.kind === "cast" ? divisor.operand : divisor;
  let rest = by.kind === "integer" ? Number(by.value) : 0;
  let result = unit;
  while (result !== undefined && rest >= 1000 && rest % 1000 === 0) {
    rest /= 1000;
    result = LONGER[result];
  }
  return rest === 1 ? result : undefined;
}

/** Variables to which a time is assigned, also by way of others that were assigned before in the program. */
function variableUnits(program: Program): VariableUnits {
  const units = new Map<string, Unit>();
  for (const clause of program.clauses) {
    walkClauseExpressions(clause, (expression) => {
      if (expression.kind !== "assign" || expression.operator !== undefined) return;
      const unit = unitOfExpression(expression.value, units);
      if (unit !== undefined) units.set(variableIdentity(expression.target), unit);
    });
  }
  return units;
}

/**
 * The unit of each aggregation of `program` that has one: as `given`, else by what is aggregated (`timestamp -
 * self->start`, also divided by 1000 and the like), else by the last word of its name (`bytes`, `latency_us`). Counts
 * measure nothing.
 */
export function aggregationUnits(
  program: Program,
  given: Readonly<Record<string, Unit>> = {},
): ReadonlyMap<string, Unit> {
  const units = new Map<string, Unit>();
  const variables = variableUnits(program);
  const setUnit = (name: string, unit: Unit | undefined): void => {
    if (unit !== undefined && !units.has(name)) units.set(name, unit);
  };
  for (const [name, unit] of Object.entries(given)) setUnit(name, unit);
  for (const clause of program.clauses) {
    walkStatements(clause.body, (statement) => {
      if (statement.kind === "aggregate" && statement.value !== undefined)
        setUnit(statement.aggregation, unitOfExpression(statement.value, variables));
    });
  }
  for (const { name, function: fn } of program.aggregations)
    if (fn.name !== "count") setUnit(name, unitOfName(name));
  return units;
}
