/** A program as a script of DTrace, and what the reader of its output must know. */
import {
  TraceError,
  defaultOptions,
  matchProbe,
  uint64,
  walkClauseExpressions,
  type Clause,
  type CompileContext,
  type Diagnostic,
  type Expression,
  type ProbeDescription,
  type ProbePoint,
  type Program,
  type Span,
} from "@trace/core";
import { programProbes } from "@trace/engine";
import { printDeclaration, printExpression } from "@trace/lang-d";
import { mentions, unsetVariables } from "./clause-variables.ts";
import { feed, showRows, tell, writeClause } from "./clause-writer.ts";
import { attachmentOf, type Attachment } from "./describe-probe.ts";
import { legalValue } from "./legalize.ts";
import { Refusal } from "./refusal.ts";
import { ScriptContext } from "./script-context.ts";
import { ScriptWriter, type ScriptClause } from "./script-writer.ts";

/** A script, with all that is needed to run it and to understand what it tells. */
export interface CompiledScript {
  readonly text: string;
  /** By line of the text, from 0: its place in the program's source. */
  readonly spans: readonly (Span | undefined)[];
  /** By DTrace's number. */
  readonly clauses: readonly ScriptClause[];
  /** The probes of each clause of the program. */
  readonly probes: readonly (readonly ProbeDescription[])[];
  readonly attached: readonly ProbeDescription[];
  readonly unmatched: readonly ProbePoint[];
  /** Does it use what only the types of the kernel give? */
  readonly needsKernelTypes: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Nanoseconds between two looks at DTrace's buffers, where the program asks for none: output comes soon. */
const switchRate = 50_000_000;

/** Compiles `program` for the probes of `context`. Total: what cannot be is a diagnostic. */
export function compileScript(program: Program, context: CompileContext): CompiledScript {
  const diagnostics: Diagnostic[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (error instanceof Refusal) diagnostics.push(error.diagnostic);
      else if (TraceError.isInstance(error)) diagnostics.push(...error.diagnostics);
      else throw error;
      return undefined;
    }
  };
  const own = programProbes(program);
  const { allowUnmatched = defaultOptions.allowUnmatched } = program.options;
  const attachments = program.clauses.map(
    ({ points }) => attempt(() => attachmentOf(points, context, own, allowUnmatched)) ?? nowhere,
  );
  const active = inOrder(program.clauses)
    .map((number) => ({
      number,
      clause: program.clauses[number] as Clause,
      at: attachments[number] ?? nowhere,
    }))
    .filter(({ at }) => at.descriptions.length > 0);
  const shared = new ScriptContext(
    program,
    context,
    active.map(({ clause }) => clause),
  );
  const out = new ScriptWriter();
  writeHead(
    out,
    program,
    shared,
    active.some(({ at }) => at.late),
  );
  writeAggregations(out, program, shared, active);
  writeInitial(out, program, shared, active);
  for (const { number, clause, at } of active) {
    const { predicate, span } = clause;
    attempt(() => {
      const isOne = at.probes.length === 1 && !at.late;
      const lines = writeClause(shared, clause, number, isOne);
      const condition = predicate === undefined ? undefined : printCondition(predicate, shared);
      out.clause(at.descriptions, condition, lines, {
        clause: number,
        ...(span === undefined ? {} : { span }),
      });
    });
  }
  writeTail(out, program, shared);
  diagnostics.push(...faultWarnings(program, shared, active));
  return {
    text: out.text,
    spans: out.spans,
    clauses: out.clauses,
    probes: attachments.map(({ probes }) => probes),
    attached: [
      ...new Set(active.flatMap(({ at }) => at.probes.filter((probe) => context.probes.includes(probe)))),
    ],
    unmatched: unmatchedPoints(program, context.probes),
    needsKernelTypes: /\b(?:execname|ppid|cpu|errno)\b/.test(out.text),
    diagnostics,
  };
}

const nowhere: Attachment = { descriptions: [], probes: [], late: false };

interface ActiveClause {
  readonly number: number;
  readonly clause: Clause;
  readonly at: Attachment;
}

/** The clauses by index, those of begin and end probes in their sequence. */
function inOrder(clauses: readonly Clause[]): readonly number[] {
  const rank = ({ points }: Clause): number =>
    Math.min(
      ...points.map((point) => (point.kind === "begin" || point.kind === "end" ? (point.sequence ?? 0) : 0)),
    );
  return clauses
    .map((_, index) => index)
    .sort((a, b) => rank(clauses[a] as Clause) - rank(clauses[b] as Clause));
}

function writeHead(
  out: ScriptWriter,
  { options, variables }: Program,
  shared: ScriptContext,
  late: boolean,
): void {
  const { stringSize = defaultOptions.stringSize } = options;
  out.line("/* Written by trace for DTrace 2. Lines that begin with a tab are messages to trace. */");
  out.line(`#pragma D option strsize=${stringSize}`);
  out.line(
    `#pragma D option switchrate=${Math.max(1, Math.round((options.switchRate ?? switchRate) / 1e6))}ms`,
  );
  if (late) out.line("#pragma D option zdefs");
  out.line("");
  for (const variable of variables) {
    const keys = variable.keys.map((key) => (key.kind === "integer" ? { ...key, bits: 64 as const } : key));
    out.line(printDeclaration({ ...variable, keys, name: shared.names.variable(variable) }), variable.span);
  }
  if (shared.needsScratch) out.line(`this int64_t ${shared.scratch.replace("this->", "")};`);
  out.clause(["dtrace:::BEGIN"], undefined, [tell("ready")]);
  // DTrace loses the first of its timers while the CPU of that is idle.
  out.clause(["profile:::tick-1h"], undefined, []);
  // When nobody reads this any more, DTrace ends by it.
  out.clause(["profile:::tick-1s"], undefined, [tell("alive")]);
}

/** DTrace must have seen an aggregation before it is printed: this feeds those that come too late, never. */
function writeAggregations(
  out: ScriptWriter,
  { aggregations }: Program,
  shared: ScriptContext,
  active: readonly ActiveClause[],
): void {
  const late = fedLate(active.map(({ clause }) => clause));
  const lines = aggregations
    .filter(({ name }) => shared.isFed(name) && late.has(name))
    .flatMap(({ name, keys }) =>
      shared.parts(name).map((part) =>
        feed(
          shared.names.aggregation(name) + part.suffix,
          keys.map((key) => (key.kind === "string" ? '""' : "(int64_t)0")),
          part,
          "(int64_t)0",
        ),
      ),
    );
  if (lines.length > 0) out.clause(["dtrace:::BEGIN"], "0", lines);
}

/** The aggregations that are used before any clause feeds them. */
function fedLate(clauses: readonly Clause[]): ReadonlySet<string> {
  const fed = new Set<string>();
  const late = new Set<string>();
  for (const statement of clauses.flatMap(({ body }) => body)) {
    if (statement.kind === "aggregate") fed.add(statement.aggregation);
    const used = statement.kind === "printa" ? statement.aggregations : [];
    const emptied = statement.kind === "clear" || statement.kind === "trunc" ? [statement.aggregation] : [];
    for (const name of [...used, ...emptied]) if (!fed.has(name)) late.add(name);
  }
  return late;
}

/** Sets the clause-local variables that may be read before they are set. */
function writeInitial(
  out: ScriptWriter,
  program: Program,
  shared: ScriptContext,
  active: readonly ActiveClause[],
): void {
  const unset = unsetVariables(
    program,
    active.map(({ clause }) => clause),
  );
  if (unset.length === 0) return;
  const descriptions = active
    .filter(({ clause }) => unset.some(({ name }) => mentions(clause, name)))
    .flatMap(({ at }) => at.descriptions);
  out.clause(
    [...new Set(descriptions)],
    undefined,
    unset.map(
      (variable) =>
        `this->${shared.names.variable(variable)} = ${variable.type.kind === "string" ? '""' : "0"}`,
    ),
  );
}

/** Wrong results that DTrace 2.0.7 gives without a word; see the README, "Known faults". */
function faultWarnings(
  { aggregations }: Program,
  shared: ScriptContext,
  active: readonly ActiveClause[],
): readonly Diagnostic[] {
  const keyed = aggregations.find(
    ({ name, keys }) => shared.isFed(name) && keys.some(({ kind }) => kind === "string"),
  );
  let length: Expression | undefined;
  for (const { clause } of active)
    walkClauseExpressions(clause, (one) => {
      if (one.kind === "call" && one.function === "strlen") length ??= one;
    });
  if (keyed === undefined || length === undefined) return [];
  return [
    {
      code: "DTRACE_STRLEN",
      severity: "warning",
      message: "DTrace 2.0.7 may count wrongly by string keys in a program that takes strlen()",
      ...(length.span === undefined ? {} : { span: length.span }),
      hint: "do without strlen(), or use another backend",
    },
  ];
}

function writeTail(out: ScriptWriter, { aggregations }: Program, shared: ScriptContext): void {
  out.clause(["dtrace:::END"], undefined, [
    tell("final"),
    ...aggregations.flatMap(({ name }) => showRows(shared, name)),
    tell("done"),
  ]);
}

function printCondition(predicate: Expression, shared: ScriptContext): string {
  const legal = legalValue(predicate, shared);
  if (legal.type.kind !== "string") return printExpression(legal);
  const empty: Expression = { kind: "string", value: "", type: legal.type };
  return printExpression({ kind: "binary", operator: "!=", left: legal, right: empty, type: uint64 });
}

/** The points of `program` that wait for probes and match none of `probes`. */
function unmatchedPoints(program: Program, probes: readonly ProbeDescription[]): readonly ProbePoint[] {
  return program.clauses
    .flatMap((clause) => clause.points)
    .filter((point) => ["usdt", "function", "syscall", "tracepoint"].includes(point.kind))
    .filter((point) => !probes.some((probe) => matchProbe(point, probe)));
}
