/**
 * One clause of the program as statements of D. What it puts out it tells in lines, see `run/output-reader.ts`: fields
 * separated by tabs, strings with C escapes, so that a field holds neither tab nor line break.
 */
import {
  int32,
  isOutput,
  type AggregateStatement,
  type AggregationDeclaration,
  type Clause,
  type Expression,
  type OutputStatement,
  type Statement,
} from "@trace/core";
import { printExpression, stringConstant } from "@trace/lang-d";
import { canSubtract, usesPlainValues, type Part } from "./aggregation-parts.ts";
import { hasEffects, legalValue, legalize, sized } from "./legalize.ts";
import type { ScriptContext } from "./script-context.ts";
import { Refusal } from "./refusal.ts";

/** `printf` of a line: `head`, then values. */
export function tell(head: string, values: readonly { conversion: string; text: string }[] = []): string {
  const format = stringConstant(`\t${[head, ...values.map(({ conversion }) => conversion)].join("\t")}\n`);
  return `printf(${[format, ...values.map(({ text }) => text)].join(", ")})`;
}

/** The statements of `clause`, the index of which is `number`. `isOne`: which probe fired needs no telling. */
export function writeClause(
  context: ScriptContext,
  clause: Clause,
  number: number,
  isOne: boolean,
): readonly string[] {
  const lines: string[] = [];
  const shown = new Set<string>();
  const tells = clause.body.some(
    (statement) => statement.kind !== "expression" && statement.kind !== "aggregate",
  );
  if (tells) lines.push(tell(`clause ${number}`, headOf(isOne)));
  for (const statement of clause.body) lines.push(...writeStatement(context, statement, shown));
  if (tells) lines.push(tell(`end ${number}`));
  return lines;
}

const integer = (text: string): { conversion: string; text: string } => ({ conversion: "%d", text });
const string = (text: string): { conversion: string; text: string } => ({ conversion: "%S", text });

function headOf(isOne: boolean): ReturnType<typeof integer>[] {
  return [
    ...["timestamp", "pid", "tid"].map(integer),
    ...(isOne ? [] : ["probeprov", "probemod", "probefunc", "probename"].map(string)),
  ];
}

function writeStatement(context: ScriptContext, statement: Statement, shown: Set<string>): readonly string[] {
  if (isOutput(statement)) return writeOutput(context, statement, shown);
  switch (statement.kind) {
    case "expression":
      return [printExpression(legalize(statement.expression, context))];
    case "aggregate":
      return writeAggregate(context, statement);
    case "clear":
      return [
        ...showOnce(context, statement.aggregation, shown),
        tell(`clear ${context.aggregationIndex(statement.aggregation)}`),
        ...native(context, statement.aggregation, (name) => `clear(@${name})`),
      ];
    case "trunc": {
      const { aggregation, count } = statement;
      if (count !== undefined) refuseEffects(count, "trunc()");
      const text = count === undefined ? undefined : value(context, count).text;
      return [
        ...showOnce(context, aggregation, shown),
        tell(`trunc ${context.aggregationIndex(aggregation)}`, text === undefined ? [] : [integer(text)]),
        ...native(context, aggregation, (name) =>
          text === undefined ? `trunc(@${name})` : `trunc(@${name}, ${text})`,
        ),
      ];
    }
    case "normalize":
      return [
        tell(`normalize ${context.aggregationIndex(statement.aggregation)}`, [
          value(context, statement.factor),
        ]),
      ];
    case "denormalize":
      return [tell(`normalize ${context.aggregationIndex(statement.aggregation)}`)];
    case "if":
      throw new Refusal("an if statement", statement.span, "write clauses with predicates");
  }
}

function writeOutput(
  context: ScriptContext,
  statement: OutputStatement,
  shown: Set<string>,
): readonly string[] {
  const number = context.outputNumber(statement);
  const item = (values: readonly Expression[]): string =>
    tell(
      `item ${number}`,
      values.map((one) => value(context, one)),
    );
  switch (statement.kind) {
    case "printf":
      return [item(statement.arguments)];
    case "trace":
      return [item([statement.value])];
    case "default":
      return [item([])];
    case "exit": {
      refuseEffects(statement.status, "exit()");
      const status = printExpression({
        kind: "cast",
        operand: legalValue(statement.status, context),
        type: int32,
      });
      return [item([statement.status]), `exit(${status})`];
    }
    case "printa": {
      const rows = statement.aggregations.flatMap((name) => showRows(context, name));
      for (const name of statement.aggregations) shown.add(name);
      return [...rows, item([])];
    }
    case "stack":
      throw new Refusal("a stack", statement.span, "use another backend");
  }
}

/** What is told and done is computed twice. */
function refuseEffects(expression: Expression, what: string): void {
  if (hasEffects(expression))
    throw new Refusal(`an assignment inside of ${what}`, expression.span, "assign in a statement before");
}

/** What is put out of `expression`: the bits of a double, for DTrace has none. */
function value(context: ScriptContext, expression: Expression): { conversion: string; text: string } {
  const isBits = expression.kind === "call" && expression.function === "bits_to_double";
  const [bits] = isBits ? expression.arguments : [];
  const legal = legalValue(bits ?? expression, context);
  return { conversion: legal.type.kind === "string" ? "%S" : "%d", text: printExpression(legal) };
}

/** `min` and `max` cannot be taken back by the host: DTrace clears them itself. */
function native(
  context: ScriptContext,
  aggregation: string,
  action: (name: string) => string,
): readonly string[] {
  const declaration = context.aggregation(aggregation);
  if (canSubtract(declaration) || !context.isFed(aggregation)) return [];
  return [action(context.names.aggregation(aggregation))];
}

function showOnce(context: ScriptContext, aggregation: string, shown: Set<string>): readonly string[] {
  if (shown.has(aggregation)) return [];
  shown.add(aggregation);
  return showRows(context, aggregation);
}

/** All elements of an aggregation as rows: its number, the part's, keys, and the value, which for a distribution follows in lines. */
export function showRows(context: ScriptContext, aggregation: string): readonly string[] {
  const index = context.aggregationIndex(aggregation);
  const declaration = context.aggregation(aggregation);
  const keys = declaration.keys.map(({ kind }) => (kind === "string" ? "%S" : "%d"));
  const parts = context.isFed(aggregation) ? context.parts(aggregation) : [];
  return [
    tell(`rows ${index}`),
    ...parts.map((part, number) => {
      const format = [`row ${index} ${number}`, ...keys, "%@d"].join("\t");
      return `printa(${stringConstant(`\t${format}\n`)}, @${partName(context, declaration, part)})`;
    }),
  ];
}

function partName(context: ScriptContext, { name }: AggregationDeclaration, part: Part): string {
  return context.names.aggregation(name) + part.suffix;
}

function writeAggregate(context: ScriptContext, statement: AggregateStatement): readonly string[] {
  const declaration = context.aggregation(statement.aggregation);
  const parts = context.parts(statement.aggregation);
  const keys = statement.keys.map((key) => printExpression(sized(legalValue(key, context))));
  const given = statement.value === undefined ? "" : printExpression(legalValue(statement.value, context));
  const weight =
    statement.weight === undefined ? undefined : printExpression(legalValue(statement.weight, context));
  // What stands in more than one place, or before an operator, is computed once.
  const isPlain = usesPlainValues(parts);
  const lines = isPlain ? [] : [`${context.scratch} = ${given}`];
  const source = isPlain ? given : context.scratch;
  return [
    ...lines,
    ...parts.map((part) => feed(partName(context, declaration, part), keys, part, source, weight)),
  ];
}

/** `@name[keys] = function(value)`. */
export function feed(
  name: string,
  keys: readonly string[],
  part: Part,
  source: string,
  weight?: string,
): string {
  const { function: fn } = part;
  const list = [
    ...(part.value === undefined ? [] : [part.value(source)]),
    ...(fn.name === "lquantize" ? [fn.low, fn.high, fn.step] : []),
    ...(fn.name === "llquantize" ? [fn.factor, fn.low, fn.high, fn.steps] : []),
    ...(weight === undefined ? [] : [weight]),
  ];
  return `@${name}${keys.length === 0 ? "" : `[${keys.join(", ")}]`} = ${fn.name}(${list.join(", ")})`;
}
