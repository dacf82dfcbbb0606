/** Statements of the IR as JavaScript statements. */
import { int64, type Expression, type OutputStatement, type Statement } from "@trace/core";
import { nonZero } from "../runtime/fault.ts";
import { aggregateCode } from "./aggregate-code.ts";
import { integerExpression } from "./typed-expression.ts";
import { conditionCode } from "./expression-code.ts";
import type { Site } from "./site.ts";
import { quote } from "./unit.ts";

/** Variables of a clause's code: what it has put out, and the status with which it asked to end. */
export const itemsLocal = "items";
export const statusLocal = "status";

export function statementsCode(site: Site, statements: readonly Statement[]): string {
  return statements.map((statement) => statementCode(site, statement)).join("\n");
}

function statementCode(site: Site, statement: Statement): string {
  const { unit } = site;
  const table = (name: string): string => unit.link(`agg_${name}`, site.state.aggregation(name));
  switch (statement.kind) {
    case "expression":
      return `${site.expression(statement.expression).text};`;
    case "if": {
      const test = conditionCode(site, statement.condition);
      const otherwise =
        statement.otherwise.length === 0 ? "" : ` else {\n${statementsCode(site, statement.otherwise)}\n}`;
      return `if (${test}) {\n${statementsCode(site, statement.then)}\n}${otherwise}`;
    }
    case "aggregate":
      return aggregateCode(site, statement);
    case "printf":
      return output(
        site,
        statement,
        statement.arguments.map((one) => valueText(site, one)),
      );
    case "trace":
      return output(site, statement, [valueText(site, statement.value)]);
    case "printa": {
      const snapshots = statement.aggregations.map((name) => `${table(name)}.snapshot()`);
      return output(site, statement, [], snapshots);
    }
    case "stack": {
      const { host } = site.state;
      const stack =
        host.stack === undefined
          ? "{ frames: [] }"
          : `${unit.link("host", host)}.stack(${quote(statement.space)}, ${Number(statement.depth)})`;
      return output(site, statement, [stack]);
    }
    case "default":
      return output(site, statement, []);
    case "exit": {
      const status = `${statusLocal} = Number(${integerExpression(site, statement.status, int64).text}) & 255`;
      site.hasExit = true;
      return `${status};\n${output(site, statement, [statusLocal])}`;
    }
    case "clear":
      return `${table(statement.aggregation)}.clear();`;
    case "trunc": {
      const name = table(statement.aggregation);
      return statement.count === undefined
        ? `${name}.removeAll();`
        : `${name}.truncate(${integerExpression(site, statement.count).text});`;
    }
    case "normalize": {
      unit.canFault = true;
      const factor = unit.call(nonZero, integerExpression(site, statement.factor).text);
      return `${table(statement.aggregation)}.normalization = ${factor};`;
    }
    case "denormalize":
      return `${table(statement.aggregation)}.normalization = undefined;`;
  }
}

/** An expression's value as events carry it. */
function valueText(site: Site, expression: Expression): string {
  const code = site.expression(expression);
  return code.kind === "float" ? `{ float: ${code.text} }` : code.text;
}

function output(
  site: Site,
  statement: OutputStatement,
  values: readonly string[],
  aggregations?: readonly string[],
): string {
  site.hasOutput = true;
  const number = site.state.statementNumber(statement);
  const more = aggregations === undefined ? "" : `, aggregations: [${aggregations.join(", ")}]`;
  return `(${itemsLocal} ??= []).push({ statement: ${number}, values: [${values.join(", ")}]${more} });`;
}
