/** What the clauses of one script share. */
import {
  outputStatements,
  walkStatements,
  type AggregationDeclaration,
  type Clause,
  type CompileContext,
  type OutputStatement,
  type Program,
  type VariableExpression,
} from "@trace/core";
import { partsOf, usesPlainValues, type Part } from "./aggregation-parts.ts";
import type { LegalContext } from "./legalize.ts";
import { nameAll, type ScriptNames } from "./script-names.ts";

export class ScriptContext implements LegalContext {
  readonly names: ScriptNames;
  readonly target: number;
  /** A variable for values that are used more than once. */
  readonly scratch = "this->trace_value";
  readonly #outputs: ReadonlyMap<OutputStatement, number>;
  readonly #aggregations: readonly AggregationDeclaration[];
  readonly #fed = new Set<string>();

  /** `clauses` are those of `program` that the script has. */
  constructor(program: Program, { target }: CompileContext, clauses: readonly Clause[]) {
    this.names = nameAll(program);
    this.target = target.kind === "process" ? target.pid : 0;
    this.#outputs = new Map(outputStatements(program).map((statement, index) => [statement, index]));
    this.#aggregations = program.aggregations;
    for (const clause of clauses)
      walkStatements(clause.body, (statement) => {
        if (statement.kind === "aggregate") this.#fed.add(statement.aggregation);
      });
  }

  variableName(variable: VariableExpression): string {
    return this.names.variable(variable);
  }

  outputNumber(statement: OutputStatement): number {
    const number = this.#outputs.get(statement);
    if (number === undefined) throw new TypeError("the statement is not of the program");
    return number;
  }

  aggregation(name: string): AggregationDeclaration {
    const declaration = this.#aggregations.find((one) => one.name === name);
    if (declaration === undefined) throw new TypeError(`the program declares no aggregation ${name}`);
    return declaration;
  }

  aggregationIndex(name: string): number {
    return this.#aggregations.findIndex((one) => one.name === name);
  }

  get needsScratch(): boolean {
    return [...this.#fed].some((name) => !usesPlainValues(this.parts(name)));
  }

  parts(name: string): readonly Part[] {
    return partsOf(this.aggregation(name));
  }

  /** Does some clause of the script feed it? Else DTrace does not know it. */
  isFed(name: string): boolean {
    return this.#fed.has(name);
  }
}
