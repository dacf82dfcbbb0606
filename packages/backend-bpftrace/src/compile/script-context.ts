/** What the clauses of one script share: names of maps, numbers of messages, strings. */
import {
  int64,
  walkClauseExpressions,
  walkStatements,
  type AggregationDeclaration,
  type Clause,
  type CompileContext,
  type Expression,
  type IntegerType,
  type Program,
  type Statement,
  type Type,
  type VariableDeclaration,
  type VariableExpression,
} from "@trace/core";
import { hasSlot, type EncodingNeeds } from "./aggregation-encoding.ts";
import type { Message } from "./messages.ts";
import { identifier } from "./quote.ts";

/** One component of an aggregation's key, as the map has it. */
export type KeyKind = "integer" | "string";

/** A map of bpftrace that keeps (a part of) an aggregation. */
export interface AggregationMap {
  /** With its `@`. */
  readonly name: string;
  readonly aggregation: AggregationDeclaration;
  readonly needs: EncodingNeeds;
  readonly keys: readonly KeyKind[];
  readonly slot: boolean;
}

/**
 * Strings as keys. bpftrace shows a key as text: 0.23 escapes it twice, 0.27 drops its blanks, all join components by
 * commas. So a string is numbered when first seen, keys hold its number, and a second map has the string by number,
 * as a value, which every version shows exactly.
 */
export interface StringTable {
  /** Map from string to number. */
  readonly numbers: string;
  /** Map from number to string. */
  readonly strings: string;
}

export type TableName = "text" | "name";

const tableNames: readonly TableName[] = ["text", "name"];

export const stringTables: Readonly<Record<TableName, StringTable>> = {
  text: { numbers: "@string_number", strings: "@string" },
  /** Names of processes: shorter, so of another type. */
  name: { numbers: "@name_number", strings: "@name" },
};

/** The table that numbers `key`, of type string; none where its number is known beforehand. */
export function keyTable(key: Expression): TableName | undefined {
  if (key.type.kind !== "string" || key.kind === "string") return undefined;
  if (key.kind !== "builtin") return "text";
  return key.name === "execname" ? "name" : undefined;
}

const noNeeds: EncodingNeeds = { weighted: false, counted: false };

export class ScriptContext {
  readonly program: Program;
  readonly context: CompileContext;
  readonly messages: Message[] = [];
  readonly maps: AggregationMap[] = [];
  /** The string tables that keys of aggregations need. */
  readonly tables: readonly TableName[];
  /** Maps of strings by thread: clause-local variables and intermediate values. */
  readonly textMaps: Set<string> = new Set();
  /** Constant strings in keys: number -1 is the first. */
  readonly constants: string[] = [];
  readonly #needs: ReadonlyMap<string, EncodingNeeds>;
  readonly #assigned: ReadonlySet<string>;
  readonly #fed: ReadonlySet<string>;
  readonly #aggregations: ReadonlyMap<string, AggregationDeclaration>;

  /** `clauses` are those of `program` that some block has. */
  constructor(program: Program, context: CompileContext, clauses: readonly Clause[]) {
    this.program = program;
    this.context = context;
    this.#aggregations = new Map(program.aggregations.map((one) => [one.name, one]));
    this.#needs = encodingNeeds(clauses);
    this.#assigned = assignedVariables(clauses);
    const statements: Statement[] = [];
    for (const clause of clauses) walkStatements(clause.body, (statement) => statements.push(statement));
    const feeding = statements.filter((statement) => statement.kind === "aggregate");
    this.#fed = new Set(feeding.map((statement) => statement.aggregation));
    const tables = feeding.flatMap((statement) => statement.keys.map(keyTable));
    this.tables = tableNames.filter((name) => tables.includes(name));
  }

  /** Registers a message and gives its number. */
  addMessage(message: Message): number {
    return this.messages.push(message) - 1;
  }

  aggregation(name: string): AggregationDeclaration {
    const declaration = this.#aggregations.get(name);
    if (declaration === undefined) throw new TypeError(`the program declares no aggregation ${name}`);
    return declaration;
  }

  /** Does some clause of the script feed it? Else it has no map. */
  isFed(name: string): boolean {
    return this.#fed.has(name);
  }

  /** The map of an aggregation whose keys are all computed by the script. */
  aggregationMap(name: string): AggregationMap {
    const known = this.maps.find((map) => map.aggregation.name === name);
    if (known !== undefined) return known;
    const aggregation = this.aggregation(name);
    const needs = this.#needs.get(name) ?? noNeeds;
    const map: AggregationMap = {
      name: `@${identifier("agg", name, this.program.aggregations.indexOf(aggregation))}`,
      aggregation,
      needs,
      keys: aggregation.keys.map((type) => (type.kind === "string" ? "string" : "integer")),
      slot: hasSlot(aggregation.function, needs),
    };
    this.maps.push(map);
    return map;
  }

  /** The number that stands for a constant string in keys; see {@link constants}. */
  constantNumber(text: string): number {
    const known = this.constants.indexOf(text);
    return -1 - (known >= 0 ? known : this.constants.push(text) - 1);
  }

  /** The variables that are maps in the script, those of a thread with its id as first key. */
  get mapVariables(): readonly {
    readonly name: string;
    readonly keys: readonly Type[];
    readonly type: Type;
  }[] {
    return this.program.variables.flatMap(({ scope, name, keys, type }) => {
      const own = this.variableName({ kind: "variable", scope, name, keys: [], type });
      if (scope === "clause" || own === undefined) return [];
      return [{ name: own, keys: scope === "thread" ? [int64, ...keys] : keys, type }];
    });
  }

  /** The variable's name in the script; undefined where the program never sets it: then it is zero or empty. */
  variableName(variable: VariableExpression): string | undefined {
    if (!this.#assigned.has(variableIdentity(variable))) return undefined;
    const index = this.program.variables.findIndex(
      (one) => one.scope === variable.scope && one.name === variable.name,
    );
    const prefix = { global: "var", thread: "self", clause: "this" }[variable.scope];
    const name = identifier(prefix, variable.name, index);
    return variable.scope === "clause" ? `$${name}` : `@${name}`;
  }
}

/** The type of an aggregated value. */
export function aggregatedType(aggregation: AggregationDeclaration): IntegerType {
  return aggregation.value.kind === "integer"
    ? aggregation.value
    : { kind: "integer", bits: 64, signed: true };
}

function variableIdentity(variable: { scope: VariableDeclaration["scope"]; name: string }): string {
  return `${variable.scope} ${variable.name}`;
}

function assignedVariables(clauses: readonly Clause[]): ReadonlySet<string> {
  const assigned = new Set<string>();
  for (const clause of clauses) {
    walkClauseExpressions(clause, (expression) => {
      if (expression.kind === "assign" || expression.kind === "increment")
        assigned.add(variableIdentity(expression.target));
    });
  }
  return assigned;
}

function encodingNeeds(clauses: readonly Clause[]): ReadonlyMap<string, EncodingNeeds> {
  const needs = new Map<string, EncodingNeeds>();
  const note = (name: string, more: Partial<EncodingNeeds>): void => {
    const known = needs.get(name) ?? noNeeds;
    needs.set(name, { ...known, ...more });
  };
  for (const clause of clauses) {
    walkStatements(clause.body, (statement) => {
      if (statement.kind === "aggregate" && statement.weight !== undefined)
        note(statement.aggregation, { weighted: true });
      if (statement.kind === "trunc" && statement.count !== undefined)
        note(statement.aggregation, { counted: true });
    });
  }
  return needs;
}

/** Is it a type that the script can compute with? */
export function isScriptType(type: Type): boolean {
  return type.kind === "integer" || type.kind === "string";
}
