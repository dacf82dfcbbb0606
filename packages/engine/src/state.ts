/** The state of a program in one engine: what the functions generated for its probes share. */
import {
  defaultOptions,
  outputStatements,
  type Program,
  type VariableDeclaration,
  type VariableExpression,
  type OutputStatement,
} from "@trace/core";
import type { Drops, EngineHost, EngineOptions } from "./engine.ts";
import { AddressTable } from "./runtime/address-table.ts";
import { AggregationTable } from "./runtime/aggregation-table.ts";
import { Memory } from "./runtime/memory.ts";
import { Speculations } from "./runtime/speculations.ts";
import { TokenTable } from "./runtime/token-table.ts";
import { VariableTable, type DropCount, type VariableValue } from "./runtime/variable-table.ts";

/** A scalar variable. */
export class Cell {
  value: VariableValue;

  constructor(value: VariableValue) {
    this.value = value;
  }
}

/** Where a variable lives. One of the clause lives in the handler's own locals. */
export type Storage = Cell | VariableTable | "local";

export class EngineState {
  readonly program: Program;
  readonly host: EngineHost;
  readonly byThread: boolean;
  readonly stringSize: number;
  readonly addresses: AddressTable = new AddressTable();
  readonly memory: Memory;
  readonly speculations: Speculations;
  readonly tokens: TokenTable = new TokenTable();
  readonly variableDrops: DropCount = { dropped: 0 };
  readonly aggregations: ReadonlyMap<string, AggregationTable>;
  /** Set once nothing fires any more. */
  readonly control: { stopped: boolean } = { stopped: false };
  private readonly storages = new Map<string, { declaration: VariableDeclaration; storage: Storage }>();
  private readonly statementNumbers: ReadonlyMap<OutputStatement, number>;
  private lastEpid = 0;

  constructor(program: Program, host: EngineHost, options: EngineOptions) {
    this.program = program;
    this.host = host;
    this.byThread = options.threads === "by-tid";
    this.stringSize = program.options.stringSize ?? defaultOptions.stringSize;
    this.memory = new Memory(
      program.options.memory ?? defaultOptions.memory,
      program.options.scratchSize ?? defaultOptions.scratchSize,
      this.addresses,
      this.stringSize,
    );
    this.speculations = new Speculations(
      program.options.speculations ?? defaultOptions.speculations,
      (record) => host.emit(record),
    );
    const maxKeys = program.options.maxKeys ?? defaultOptions.maxKeys;
    this.aggregations = new Map(
      program.aggregations.map((one) => [one.name, new AggregationTable(one, maxKeys)]),
    );
    for (const declaration of program.variables) {
      const storage = this.makeStorage(declaration, maxKeys);
      this.storages.set(`${declaration.scope} ${declaration.name}`, { declaration, storage });
    }
    this.statementNumbers = new Map(outputStatements(program).map((one, number) => [one, number]));
  }

  private makeStorage({ scope, keys, type }: VariableDeclaration, maxKeys: number): Storage {
    if (scope === "clause") return "local";
    const depth = keys.length + (this.hasThreadKey(scope) ? 1 : 0);
    const empty = type.kind === "string" ? "" : 0;
    return depth === 0 ? new Cell(empty) : new VariableTable(depth, maxKeys, empty, this.variableDrops);
  }

  /** Is the thread the first key of the variables of `scope`? */
  hasThreadKey(scope: VariableDeclaration["scope"]): boolean {
    return scope === "thread" && this.byThread;
  }

  variable({ scope, name }: VariableExpression): { declaration: VariableDeclaration; storage: Storage } {
    return known(this.storages.get(`${scope} ${name}`), name);
  }

  aggregation(name: string): AggregationTable {
    return known(this.aggregations.get(name), name);
  }

  statementNumber(statement: OutputStatement): number {
    return known(this.statementNumbers.get(statement), statement.kind);
  }

  /** The drops since the last call. */
  takeDrops(): Drops {
    let aggregations = 0;
    for (const table of this.aggregations.values()) {
      aggregations += table.dropped;
      table.dropped = 0;
    }
    const variables = this.variableDrops.dropped;
    this.variableDrops.dropped = 0;
    return { aggregations, variables };
  }

  /** Lets go of all that the program has collected. */
  release(): void {
    for (const table of this.aggregations.values()) table.removeAll();
    this.tokens.clear();
    this.speculations.clear();
    for (const { storage } of this.storages.values()) {
      if (storage instanceof VariableTable) storage.root.clear();
    }
  }

  /** A number for a clause at a probe. */
  nextEpid(): number {
    return ++this.lastEpid;
  }
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`${name} is not declared: the program is not valid`);
  return value;
}
