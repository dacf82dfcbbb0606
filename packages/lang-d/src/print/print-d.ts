/** Programs of the IR as D scripts for people to read. */
import type { Clause, Program, ProgramOptions, VariableDeclaration } from "@trace/core";
import { globalName, identifier, typeText } from "./names.ts";
import { printExpression } from "./print-expression.ts";
import { printPoint } from "./print-point.ts";
import { printStatements, type Aggregations } from "./print-statement.ts";

/**
 * `program` as a D script. One that was lowered from D comes back as a script that lowers to an equal program. What other
 * languages have and D has not (conditions on probe points, names that are no identifiers) is the nearest thing.
 */
export function printD(program: Program): string {
  const aggregations: Aggregations = new Map(program.aggregations.map((one) => [one.name, one]));
  const blocks = [
    printOptions(program.options),
    program.variables.map(printDeclaration),
    ...program.clauses.map((clause) => printClause(clause, aggregations)),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function printOptions({
  quiet,
  stringSize,
  switchRate,
  allowUnmatched,
  stackFrames,
  sort,
}: ProgramOptions): string[] {
  const word = (on: boolean | undefined, name: string): string[] =>
    on === undefined ? [] : [on ? name : `${name}=no`];
  const size = (value: number | undefined, name: string): string[] =>
    value === undefined ? [] : [`${name}=${value}`];
  const position = sort?.position === undefined ? undefined : sort.position - 1;
  return [
    ...word(quiet, "quiet"),
    ...word(allowUnmatched, "zdefs"),
    ...size(stringSize, "strsize"),
    ...(switchRate === undefined ? [] : [`switchrate=${switchRate}ns`]),
    ...size(stackFrames, "ustackframes"),
    ...(sort?.by === "key" ? ["aggsortkey"] : []),
    ...size(position, sort?.by === "key" ? "aggsortkeypos" : "aggsortpos"),
    ...word(sort?.reverse, "aggsortrev"),
  ].map((option) => `#pragma D option ${option}`);
}

/** `self int64_t name[string];` */
export function printDeclaration({ scope, name, type, keys }: VariableDeclaration): string {
  const prefix = { global: "", thread: "self ", clause: "this " }[scope];
  const index = keys.length === 0 ? "" : `[${keys.map(typeText).join(", ")}]`;
  return `${prefix}${typeText(type)} ${scope === "global" ? globalName(name) : identifier(name)}${index};`;
}

function printClause({ points, predicate, body }: Clause, aggregations: Aggregations): string[] {
  return [
    points.map(printPoint).join(",\n"),
    ...(predicate === undefined ? [] : [`/ ${printExpression(predicate)} /`]),
    "{",
    ...printStatements(body, aggregations, 1),
    "}",
  ];
}
