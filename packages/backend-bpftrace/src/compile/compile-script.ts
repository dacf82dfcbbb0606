/** A program as a script of bpftrace, and what its reader must know. */
import {
  TraceError,
  formatProbe,
  hasErrors,
  type CompileContext,
  type Diagnostic,
  type ProbeDescription,
  type ProbePoint,
  type Program,
  type Span,
  type Type,
} from "@trace/core";
import { dialectOf, oldestVersion, type Dialect } from "../dialect.ts";
import { planBlocks, unmatchedPoints, type Block } from "./block.ts";
import { BlockWriter, pidCondition } from "./block-writer.ts";
import { phase, running, stopping } from "./phase.ts";
import type { Message } from "./messages.ts";
import { commentText, isQuotableName, isQuotablePath, usdtSpecification } from "./quote.ts";
import { Refusal } from "./refusal.ts";
import { emptyString, loneStringKey } from "./lower-expression.ts";
import { ScriptContext, stringTables, type AggregationMap, type TableName } from "./script-context.ts";
import { ScriptWriter } from "./script-writer.ts";
import { limitsEnvironment, limitsOf, type Limits } from "./limits.ts";

/** A script, with all that is needed to run it and to understand what it tells. */
export interface CompiledScript {
  readonly text: string;
  /** By line of the text, from 0: its place in the program's source. */
  readonly spans: readonly (Span | undefined)[];
  readonly messages: readonly Message[];
  readonly maps: readonly AggregationMap[];
  readonly tables: readonly TableName[];
  readonly constants: readonly string[];
  readonly limits: Limits;
  readonly dialect: Dialect;
  readonly attached: readonly ProbeDescription[];
  readonly unmatched: readonly ProbePoint[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles `program` for the version and probes of `context`. Total: what cannot be is a diagnostic. */
export function compileScript(program: Program, context: CompileContext): CompiledScript {
  const dialect = dialectOf(context.version ?? oldestVersion);
  const diagnostics: Diagnostic[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (error instanceof Refusal) diagnostics.push(error.diagnostic);
      else if (TraceError.isInstance(error)) diagnostics.push(...error.diagnostics);
      else throw error;
    }
  };
  const blocks = planBlocks(program, context);
  const active = new Set(
    blocks.filter(isWritten).flatMap((block) => block.clauses.map(({ clause }) => clause)),
  );
  const shared = new ScriptContext(program, context, [...active]);
  const writers = blocks
    .filter(isWritten)
    .map((block) => ({ block, writer: new BlockWriter(shared, block) }));
  for (const { block, writer } of writers) {
    for (const entry of block.clauses) attempt(() => writer.writeClause(entry));
  }
  const body = new ScriptWriter();
  for (const { block, writer } of writers) attempt(() => writeBlock(body, shared, block, writer));
  const stringSlots = Math.max(...writers.map(({ writer }) => writer.stringSlots));
  const limits = limitsOf(program, dialect, stringSlots);
  diagnostics.push(...limits.diagnostics);
  const script = new ScriptWriter();
  writeHeader(script, context, limitsEnvironment(limits, dialect, limits.stringSizes[0]));
  script.append(body);
  return {
    text: script.text,
    spans: script.spans,
    messages: shared.messages,
    maps: shared.maps,
    tables: shared.tables,
    constants: shared.constants,
    limits,
    dialect,
    attached: blocks.flatMap((block) =>
      block.kind === "probe" ? block.probes.map((probe) => probe.description) : [],
    ),
    unmatched: unmatchedPoints(program, context.probes),
    diagnostics: hasErrors(diagnostics) ? uniqueDiagnostics(diagnostics) : diagnostics,
  };
}

/** Error clauses are written where errors arise; begin and end are always there, for what the reader must be told. */
function isWritten(block: Block): boolean {
  return (
    block.kind === "begin" || block.kind === "end" || (block.kind !== "error" && block.clauses.length > 0)
  );
}

function writeHeader(
  out: ScriptWriter,
  context: CompileContext,
  environment: Readonly<Record<string, string>>,
): void {
  out.line(
    "// Written by trace for bpftrace " + commentText(context.version ?? oldestVersion) + " or later.",
  );
  out.line("// Run it with -f json, and with two arguments: the nanoseconds from nsecs to the time");
  out.line("// since 1970, and the pid that timers see. Environment:");
  for (const [name, value] of Object.entries(environment)) out.line(`//   ${name}=${value}`);
  out.line("// print((number, time, cpu, pid, tid, ...)) is a message to trace: the number says which.");
  out.line("");
}

function writeBlock(out: ScriptWriter, context: ScriptContext, block: Block, writer: BlockWriter): void {
  for (const probe of block.probes) out.line(`// ${commentText(formatProbe(probe.description))}`);
  out.open(`${specification(block)} ${runCondition(block)}{`);
  if (block.kind === "begin") {
    out.line(print(context, { kind: "ready" }));
    out.line(`@task = (uint64)curtask;`);
    out.line(`@priority = (int64)${priorityOf("curtask")};`);
    writeTypes(out, context);
  }
  for (const declaration of writer.declarations) out.line(declaration);
  out.append(writer.out);
  // Unless a begin clause has ended the program.
  if (block.kind === "begin") out.line(`if (${phase} == 0) { ${phase} = (int64)${running}; }`);
  if (block.kind === "end") out.line(print(context, { kind: "ended" }));
  out.close();
  out.line("");
  if (block.kind === "begin") writeControl(out, context);
}

/**
 * How the script is stopped without loss: at SIGINT bpftrace (0.17 and 0.23) throws away what it has not read yet. So no
 * clause runs any more once the priority of bpftrace's process has been changed, which is how it is asked to stop, or
 * once the program has ended itself; marks tell then that all before them has been read, and SIGINT comes after those.
 */
function writeControl(out: ScriptWriter, context: ScriptContext): void {
  out.line("// Asked to stop by a change of bpftrace's priority: from then on only this is told.");
  out.open("interval:ms:20 {");
  const asked = `${priorityOf("@task")} != @priority`;
  out.line(`if ((${phase} == ${running}) && (${asked})) { ${phase} = (int64)${stopping}; }`);
  out.line(`if (${phase} == ${stopping}) { ${print(context, { kind: "stopping" })} }`);
  out.close();
  out.line("");
  out.line("// What a CPU has lost is told with the next message from there.");
  out.line(`profile:hz:10 /${phase} == ${stopping}/ { ${print(context, { kind: "stoppingHere" })} }`);
  out.line("");
  out.line("// When nobody reads this any more, bpftrace ends by it.");
  out.line(`interval:s:1 { ${print(context, { kind: "alive" })} }`);
  out.line("");
  if (context.context.interim === true) writeInterim(out, context);
}

/** Aggregations while the program runs. */
function writeInterim(out: ScriptWriter, context: ScriptContext): void {
  out.line("// For those who watch the aggregations grow.");
  out.open(`interval:s:1 /${phase} == ${running}/ {`);
  for (const { name } of context.program.aggregations) {
    if (context.isFed(name)) out.line(`print(${context.aggregationMap(name).name});`);
  }
  for (const table of context.tables) out.line(`print(${stringTables[table].strings});`);
  out.line(print(context, { kind: "interim" }));
  out.close();
  out.line("");
}

/** bpftrace infers the type of a map from the first use in the script: here. */
function writeTypes(out: ScriptWriter, context: ScriptContext): void {
  const declare = (name: string, keys: readonly string[], value: string): void => {
    const place = keys.length === 0 ? name : `${name}[${keys.join(", ")}]`;
    out.line(`${place} = ${value};${keys.length === 0 ? "" : ` delete(${place});`}`);
  };
  const example = (type: Type): string => (type.kind === "string" ? emptyString : "(int64)0");
  for (const { name, keys, type } of context.mapVariables) {
    const isLoneString = keys.length === 1 && keys[0]?.kind === "string";
    const examples = keys.map(example);
    declare(name, isLoneString ? [loneStringKey(emptyString)] : examples, example(type));
  }
  for (const name of context.textMaps) declare(name, ["(int64)0"], emptyString);
  for (const table of context.tables) {
    const text = table === "name" ? "comm" : emptyString;
    declare(stringTables[table].numbers, [loneStringKey(text)], "(int64)0");
    declare(stringTables[table].strings, ["(int64)0"], text);
  }
}

function priorityOf(task: string): string {
  return `((struct task_struct *)${task})->static_prio`;
}

/** A message without values. */
function print(context: ScriptContext, message: Message): string {
  return `print((${context.addMessage(message)}, nsecs, cpu, pid, tid));`;
}

/** When the block runs, as a predicate of bpftrace. */
function runCondition({ kind, pids }: Block): string {
  if (kind === "begin" || kind === "end") return "";
  const isRunning = `(${phase} == ${running})`;
  return `/${pids === undefined ? isRunning : `${pidCondition(pids)} && ${isRunning}`}/ `;
}

/** The probe of the block as bpftrace names it. */
function specification(block: Block): string {
  switch (block.kind) {
    case "begin":
      return "BEGIN";
    case "end":
      return "END";
    case "timer":
      return timerSpecification(block);
    case "probe":
      return probeSpecification(block);
    case "error":
      throw new TypeError("error clauses have no probe of their own");
  }
}

function probeSpecification(block: Block): string {
  const [probe] = block.probes;
  const description = probe?.description;
  if (description === undefined) throw new TypeError("a block has a probe");
  const { family, path, provider, name } = description;
  const refuse = (what: string, hint: string): Refusal => new Refusal(what, undefined, hint);
  if (family !== "usdt")
    throw refuse(`probes of the family ${family}`, "the bpftrace backend attaches to USDT probes");
  if (path === undefined)
    throw refuse(
      `attaching to ${formatProbe(description)}, which is in no file`,
      "its provider has no native probes: use the embedded backend",
    );
  if (!isQuotablePath(path))
    throw refuse(
      `naming the file ${JSON.stringify(path)}`,
      "its path has a colon, a star, a backslash or a control character: give the file another name",
    );
  if (!isQuotableName(provider) || !isQuotableName(name))
    throw refuse(
      `naming the probe ${JSON.stringify(`${provider}:${name}`)}`,
      "names of letters, digits, underscores, dots and hyphens can be traced",
    );
  return usdtSpecification(path, provider, name);
}

const units = [
  ["s", 1_000_000_000],
  ["ms", 1_000_000],
  ["us", 1_000],
] as const;

/** Periods that no unit of bpftrace expresses are rounded up to whole microseconds. */
function timerSpecification({ timer }: Block): string {
  if (timer === undefined) throw new TypeError("a timer's block has a timer");
  const { mode, period } = timer;
  const hertz = Math.round(1e9 / period);
  for (const [unit, length] of units) {
    if (period % length === 0) return `${mode}:${unit}:${period / length}`;
  }
  // profile-997 of D is a rate; its period is no whole number of anything.
  if (isRate(period, hertz)) return `${mode}:hz:${hertz}`;
  return `${mode}:us:${Math.ceil(period / 1_000)}`;
}

function isRate(period: number, hertz: number): boolean {
  return hertz >= 1 && [Math.floor, Math.round, Math.ceil].some((round) => round(1e9 / hertz) === period);
}

/** One diagnostic for each thing said, though several blocks have the clause. */
function uniqueDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const key = `${diagnostic.code} ${diagnostic.span?.start ?? ""} ${diagnostic.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
