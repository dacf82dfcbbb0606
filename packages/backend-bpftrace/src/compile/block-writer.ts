/** Writing one block of the script: its declarations, and its clauses in order. */
import {
  dtraceProbeName,
  dtraceProviderName,
  isOutput,
  walkStatements,
  statementExpressions,
  type AggregateStatement,
  type BuiltinExpression,
  type Expression,
  type OutputStatement,
  type Statement,
  type StringType,
  type Type,
} from "@trace/core";
import { writeFeeds } from "./aggregation-encoding.ts";
import type { Block, BlockClause } from "./block.ts";
import { asInt64, integerLiteral } from "./integer-code.ts";
import {
  canFault,
  emptyString,
  keep,
  keyCode,
  loneStringKey,
  lowerAll,
  lowerCondition,
  lowerEffects,
  type Branch,
  type LoweringScope,
} from "./lower-expression.ts";
import {
  sentMessages,
  type AggregationAction,
  type ItemTemplate,
  type Message,
  type Origin,
} from "./messages.ts";
import { phase, stopping } from "./phase.ts";
import { operandCode } from "./operand-code.ts";
import { quoteString } from "./quote.ts";
import { Refusal } from "./refusal.ts";
import {
  aggregatedType,
  keyTable,
  stringTables,
  type AggregationMap,
  type ScriptContext,
} from "./script-context.ts";
import { ScriptWriter } from "./script-writer.ts";
import { splitOutput } from "./split-output.ts";

/** bpftrace can name no more arguments of a probe: those that a C function gets in registers. */
const namedArguments = 6;

const string: StringType = { kind: "string" };

/** Positional parameters of the script: numbers known at start only. */
export const parameters = {
  /** Nanoseconds from bpftrace's `nsecs` to the time since 1970. */
  clockOffset: "$1",
  /** The pid that begin, end and timer clauses see: ours. */
  tracerPid: "$2",
} as const;

/** The probes that a block is written for, and how to say which fired. */
export class BlockWriter implements LoweringScope {
  readonly context: ScriptContext;
  readonly out: ScriptWriter = new ScriptWriter();
  readonly #block: Block;
  readonly #declarations = new Map<string, string>();
  #keepsText = false;
  #mostStringsSent = 0;
  /** Aggregations that a printa has surely shown in this firing. */
  #shown: Set<string> = new Set();
  #names = 0;
  #strings = 0;
  /** Guards opened in each nested part of the script: closed at its end. */
  readonly #guards: number[] = [];
  #origin: Origin = { clause: 0, probes: [] };
  #partial = false;

  constructor(context: ScriptContext, block: Block) {
    this.context = context;
    this.#block = block;
  }

  /** Writes the clauses; {@link Refusal} where one cannot be expressed. */
  writeClause(entry: BlockClause): void {
    const { clause, index } = entry;
    this.#origin = { clause: index, probes: this.#block.probes };
    this.out.span = clause.span;
    this.out.line(`// clause ${index + 1}`);
    const faults = clauseFaults(clause.predicate, clause.body);
    if (faults) this.out.line("$fault = (int64)0;");
    const outputs = outputShape(clause.body, faults);
    this.#partial = outputs === "apart";
    if (this.#partial) this.out.line("$told = (int64)0;");
    for (const point of clause.points) {
      if (point.condition !== undefined)
        throw new Refusal("a condition of a probe point", point.span, "write it as a predicate");
    }
    const writeBody = (): void => {
      if (outputs === "together") this.#writeTogether(clause.body);
      else for (const statement of clause.body) this.#writeStatement(statement);
    };
    const write = (): void => {
      if (clause.predicate === undefined) writeBody();
      else this.branch({ header: `if ${lowerCondition(this, clause.predicate)}`, write: writeBody });
    };
    this.#frame(() => {
      if (entry.pids === undefined) write();
      else this.branch({ header: `if ${pidCondition(entry.pids)}`, write });
    });
    if (this.#partial) {
      const end = this.context.addMessage({ kind: "recordEnd", origin: this.#origin });
      this.out.line(`if ($told != 0) { ${this.#messageCode(end, [])} }`);
    }
    this.out.span = undefined;
  }

  /** What goes before the clauses: variables that they share. */
  get declarations(): readonly string[] {
    return [...this.#declarations].map(([name, code]) => `${name} = ${code};`);
  }

  /**
   * How many strings the block has on the stack at once, about: each in a message twice. Measured with 0.17, where the
   * compiler lets those of different messages share their room.
   */
  get stringSlots(): number {
    return 2 * Math.max(this.#mostStringsSent, 1) + (this.#keepsText ? 1 : 0);
  }

  // LoweringScope

  fresh(name: string): string {
    return `$${name}${++this.#names}`;
  }

  freshString(): string {
    return this.#textPlace(this.fresh("text").slice(1));
  }

  /**
   * A string is kept in a map, by thread: variables have all of their room on the stack for themselves. The name has the
   * block's number, for a timer may interrupt a probe.
   */
  #textPlace(name: string): string {
    this.#keepsText = true;
    const map = `@${name}_${this.#block.probes[0]?.id}`;
    this.context.textMaps.add(map);
    return `${map}[(int64)tid]`;
  }

  argument(index: number, span: Expression["span"]): string {
    if (this.#block.kind !== "probe") return "0";
    this.#declarations.set(`$arg${index}`, this.#argumentCode(index, span));
    return `$arg${index}`;
  }

  rawArgument(index: number): string | undefined {
    return this.#block.kind === "probe" && index < namedArguments ? `arg${index}` : undefined;
  }

  builtin(expression: BuiltinExpression): string {
    const { name, span } = expression;
    const fires = this.#block.kind === "probe" || this.#block.timer?.mode === "profile";
    switch (name) {
      case "pid":
      case "tid":
        return fires ? `(int64)${name}` : `(int64)${parameters.tracerPid}`;
      case "uid":
      case "gid":
      case "cpu":
        return `(int64)${name}`;
      case "ppid":
        return "(int64)((struct task_struct *)curtask)->real_parent->tgid";
      case "execname":
        return "comm";
      case "timestamp":
        return this.#timestamp();
      case "walltimestamp":
        return `(${this.#timestamp()} + (int64)${parameters.clockOffset})`;
      case "target": {
        const { target } = this.context.context;
        return integerLiteral(BigInt(target.kind === "process" ? target.pid : 0));
      }
      case "probeid":
        return String(this.#probe(span).id);
      case "epid":
        return String(this.#probe(span).id * this.context.program.clauses.length + this.#origin.clause + 1);
      case "probeprov":
      case "probemod":
      case "probefunc":
      case "probename":
        return quoteString(this.#probeText(expression) ?? "");
      case "vtimestamp":
      case "errno":
        throw new Refusal(`the variable ${name}`, span, "use another backend");
    }
  }

  clauseVariable(name: string, type: Type): string {
    if (type.kind !== "string") {
      this.#declarations.set(name, "(int64)0");
      return name;
    }
    const place = this.#textPlace(name.slice(1));
    this.#declarations.set(place, emptyString);
    return place;
  }

  guardDivision(divisor: string): void {
    const fault = this.context.addMessage({
      kind: "fault",
      origin: this.#origin,
      code: "RUNTIME_DIVIDE_BY_ZERO",
    });
    this.out.open(`if (${divisor} == 0) {`);
    this.out.line("$fault = (int64)1;");
    if (this.#partial) this.out.line("$told = (int64)0;");
    this.#print(fault, []);
    this.out.close("} else {");
    this.#guards[this.#guards.length - 1] = (this.#guards.at(-1) ?? 0) + 1;
  }

  branch(...branches: readonly Branch[]): void {
    let guarded = false;
    for (const [index, { header, write }] of branches.entries()) {
      if (index === 0) this.out.open(`${header} {`);
      else this.out.close(`} ${header} {`);
      const shown = this.#shown;
      this.#shown = new Set(shown);
      guarded = this.#frame(write) || guarded;
      this.#shown = shown;
    }
    this.out.close();
    if (!guarded) return;
    this.out.open("if ($fault == 0) {");
    this.#guards[this.#guards.length - 1] = (this.#guards.at(-1) ?? 0) + 1;
  }

  /** Runs `write`, then closes the guards it opened; were there any? */
  #frame(write: () => void): boolean {
    this.#guards.push(0);
    write();
    const opened = this.#guards.pop() ?? 0;
    for (let count = 0; count < opened; count++) this.out.closeOrDrop();
    return opened > 0;
  }

  // Statements

  #writeStatement(statement: Statement): void {
    this.out.span = statement.span ?? this.out.span;
    if (isOutput(statement)) {
      this.#writeOutput(statement);
      return;
    }
    switch (statement.kind) {
      case "expression":
        lowerEffects(this, statement.expression);
        break;
      case "if":
        this.#writeIf(statement);
        break;
      case "aggregate":
        this.#writeAggregate(statement);
        break;
      case "clear":
        this.#writeClear(statement.aggregation);
        break;
      case "trunc":
        this.#writeTrunc(statement.aggregation, statement.count);
        break;
      case "normalize": {
        const { values, sent } = splitOutput([statement.factor], 0);
        this.#send(sent, {
          kind: "normalize",
          aggregation: statement.aggregation,
          ...(values[0] === undefined ? {} : { factor: values[0] }),
        });
        break;
      }
      case "denormalize":
        this.#send([], { kind: "normalize", aggregation: statement.aggregation });
        break;
    }
  }

  #writeIf(statement: Extract<Statement, { kind: "if" }>): void {
    const write = (body: readonly Statement[]) => (): void => {
      for (const one of body) this.#writeStatement(one);
    };
    const then = { header: `if ${lowerCondition(this, statement.condition)}`, write: write(statement.then) };
    if (statement.otherwise.length === 0) this.branch(then);
    else this.branch(then, { header: "else", write: write(statement.otherwise) });
  }

  #writeAggregate(statement: AggregateStatement): void {
    const map = this.context.aggregationMap(statement.aggregation);
    const { aggregation, needs } = map;
    const type = aggregatedType(aggregation);
    const values = [statement.value, statement.weight].filter((one) => one !== undefined);
    const codes = lowerAll(this, [...statement.keys, ...values]);
    const keys = statement.keys.map((key, index) => {
      const code = codes[index] ?? "";
      return key.type.kind === "string" ? this.#stringNumber(key, code) : keyCode(this, code);
    });
    const [value = "1", weight] = codes.slice(statement.keys.length);
    // Fed more than once: computed once.
    const kept = aggregation.function.name === "count" ? value : keep(this, value, type, "value");
    const feeds = writeFeeds(this.out, aggregation.function, type, needs, kept, weight, (name) =>
      this.fresh(name),
    );
    for (const { slot, call } of feeds) {
      const parts = [...keys, ...(slot === undefined ? [] : [asInt64(slot)])];
      this.out.line(`${map.name}[${parts.length === 0 ? "(int64)0" : parts.join(", ")}] = ${call};`);
    }
  }

  /** The number of a string in keys: known now, or looked up, and given when it is new. */
  #stringNumber(key: Expression, code: string): string {
    const constant = this.#constantText(key);
    if (constant !== undefined) return `(int64)(${this.context.constantNumber(constant)})`;
    const table = stringTables[keyTable(key) ?? "text"];
    const number = this.fresh("number");
    const { out } = this;
    const known = `${table.numbers}[${loneStringKey(code)}]`;
    out.line(`${number} = ${known};`);
    out.open(`if (${number} == 0) {`);
    out.line(`${number} = (int64)((nsecs << 16) | ((cpu & 4095) << 4) | ${this.#strings++ & 15});`);
    out.line(`${known} = ${number};`);
    out.line(`${table.strings}[${number}] = ${code};`);
    out.close();
    return number;
  }

  #constantText(expression: Expression): string | undefined {
    if (expression.kind === "string") return expression.value;
    return expression.kind === "builtin" ? this.#probeText(expression) : undefined;
  }

  /** What of the probe's description `expression` asks for, if it does. */
  #probeText({ name, span }: BuiltinExpression): string | undefined {
    switch (name) {
      case "probeprov":
        return dtraceProviderName(this.#probe(span).description);
      case "probemod":
        return this.#probe(span).description.module;
      case "probefunc":
        return this.#probe(span).description.function;
      case "probename":
        return dtraceProbeName(this.#probe(span).description.name);
      default:
        return undefined;
    }
  }

  // Output

  /** All output of the clause as one message at its end. */
  #writeTogether(body: readonly Statement[]): void {
    const items: ItemTemplate[] = [];
    const codes: string[] = [];
    let strings = 0;
    let remaining = body.filter(isOutput).length;
    for (const statement of body) {
      if (!isOutput(statement)) {
        this.#writeStatement(statement);
        continue;
      }
      remaining--;
      const { values, sent } = splitOutput(statementExpressions(statement), codes.length);
      const lowered = lowerAll(this, sent);
      const isLast = remaining === 0 && statement === body.at(-1);
      for (const [index, code] of lowered.entries()) {
        const type = sent[index]?.type ?? string;
        // What comes after it in the clause must not change what was to be shown.
        codes.push(isLast ? code : keep(this, code, type));
        if (type.kind === "string") strings++;
      }
      items.push({ statement, values });
      if (statement.kind === "exit") this.#writeExit();
    }
    const message = this.context.addMessage({
      kind: "items",
      origin: this.#origin,
      items,
      whole: true,
    });
    this.#mostStringsSent = Math.max(this.#mostStringsSent, strings);
    this.#print(message, codes);
  }

  /** One output statement of a clause that has them in several places: a message of its own. */
  #writeOutput(statement: OutputStatement): void {
    this.out.line("$told = (int64)1;");
    if (statement.kind === "printa") {
      this.#printMaps(statement.aggregations, { kind: "printa", statement }, []);
      for (const name of statement.aggregations) this.#shown.add(name);
      return;
    }
    const { values, sent } = splitOutput(statementExpressions(statement), 0);
    this.#send(sent, {
      kind: "items",
      origin: this.#origin,
      items: [{ statement, values }],
      whole: false,
    });
    if (statement.kind === "exit") this.#writeExit();
  }

  #writeExit(): void {
    this.out.line(`${phase} = (int64)${stopping};`);
  }

  #writeClear(name: string): void {
    const shown = this.#shown.has(name);
    const { function: fn } = this.context.aggregation(name);
    const empties = fn.name === "min" || fn.name === "max";
    const action: AggregationAction = { kind: "clear", aggregation: name, shown };
    if (!shown) {
      this.#printMaps([name], action, [], empties);
      return;
    }
    if (empties) this.#emptyMaps(name);
    this.#print(this.context.addMessage({ kind: "printed", origin: this.#origin, action }), []);
  }

  #emptyMaps(name: string): void {
    for (const map of this.#mapsOf([name])) this.out.line(`clear(${map.name});`);
  }

  #writeTrunc(name: string, count: Expression | undefined): void {
    if (count === undefined) {
      this.#emptyMaps(name);
      this.#send([], { kind: "emptied", aggregation: name });
      return;
    }
    const { function: fn } = this.context.aggregation(name);
    if (fn.name === "min" || fn.name === "max")
      throw new Refusal(
        `trunc() of some elements of ${fn.name}()`,
        this.out.span,
        "trunc() all, or use another backend",
      );
    const { values, sent } = splitOutput([count], 0);
    const [value] = values;
    if (value === undefined) return;
    this.#printMaps([name], { kind: "trunc", aggregation: name, count: value }, sent);
  }

  /** Has bpftrace print the maps of aggregations, between two messages. */
  #printMaps(
    names: readonly string[],
    action: AggregationAction,
    sent: readonly Expression[],
    empties = false,
  ): void {
    const codes = lowerAll(this, sent);
    this.#print(this.context.addMessage({ kind: "printing", aggregations: names }), []);
    const maps = this.#mapsOf(names);
    for (const map of maps) {
      this.out.line(`print(${map.name});`);
      if (empties) this.out.line(`clear(${map.name});`);
    }
    if (maps.some((map) => map.keys.includes("string"))) {
      for (const table of this.context.tables) this.out.line(`print(${stringTables[table].strings});`);
    }
    this.#print(this.context.addMessage({ kind: "printed", origin: this.#origin, action }), codes);
  }

  /** The maps of aggregations: those that some clause feeds. */
  #mapsOf(names: readonly string[]): readonly AggregationMap[] {
    return names.filter((name) => this.context.isFed(name)).map((name) => this.context.aggregationMap(name));
  }

  #send(sent: readonly Expression[], message: Message): void {
    const codes = lowerAll(this, sent);
    const strings = sent.filter((one) => one.type.kind === "string").length;
    this.#mostStringsSent = Math.max(this.#mostStringsSent, strings);
    this.#print(this.context.addMessage(message), codes);
  }

  #print(message: number, codes: readonly string[]): void {
    this.out.line(this.#messageCode(message, codes));
  }

  #messageCode(message: number, codes: readonly string[]): string {
    return `${sentMessages} = count(); print((${[message, ...this.#header(), ...codes].join(", ")}));`;
  }

  #header(): readonly string[] {
    return [this.#timestamp(), "cpu", "pid", "tid"];
  }

  #timestamp(): string {
    this.#declarations.set("$timestamp", "(int64)nsecs");
    return "$timestamp";
  }

  #probe(span: Expression["span"]): {
    readonly id: number;
    readonly description: Block["probes"][0]["description"];
  } {
    const [probe, ...others] = this.#block.probes;
    if (probe === undefined || others.length > 0)
      throw new Refusal(
        "the name of a probe that several processes share",
        span,
        "trace one process with -p",
      );
    return probe;
  }

  #argumentCode(index: number, span: Expression["span"]): string {
    if (index < namedArguments) return `(int64)arg${index}`;
    // Probes that share a block share the place in the file.
    const [probe] = this.#block.probes;
    const code = probe === undefined ? undefined : operandCode(probe.description, index);
    if (code === undefined)
      throw new Refusal(
        `arg${index}: it names a probe's first ${namedArguments} arguments, and where the others are is not known`,
        span,
        "use the embedded or the DTrace backend",
      );
    return code;
  }
}

/** Does the probe fire in one of the processes `pids`? */
export function pidCondition(pids: readonly number[]): string {
  return `(${pids.map((pid) => `pid == ${pid}`).join(" || ")})`;
}

function clauseFaults(predicate: Expression | undefined, body: readonly Statement[]): boolean {
  let faults = predicate !== undefined && canFault(predicate);
  walkStatements(body, (statement) => {
    faults ||= statementExpressions(statement).some(canFault);
  });
  return faults;
}

/** Can all output of the clause be one message, or must each statement be a message of its own? */
function outputShape(body: readonly Statement[], faults: boolean): "none" | "together" | "apart" {
  const nested: Statement[] = [];
  walkStatements(body, (statement) => nested.push(statement));
  const outputs = nested.filter(isOutput);
  if (outputs.length === 0) return "none";
  const apart =
    faults ||
    outputs.some((one) => one.kind === "printa") ||
    nested.some((one) => ["clear", "trunc", "normalize", "denormalize"].includes(one.kind)) ||
    outputs.some((one) => !body.includes(one));
  return apart ? "apart" : "together";
}
