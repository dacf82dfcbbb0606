/** The function of one probe: all its clauses, in program order. */
import {
  formatProbe,
  walkClauseExpressions,
  type Clause,
  type ProbeDescription,
  type ProbePoint,
} from "@trace/core";
import type { Handler } from "../engine.ts";
import type { EngineState } from "../state.ts";
import { parameter } from "./argument-code.ts";
import { directArgument } from "./call-code.ts";
import { conditionCode, expressionCode } from "./expression-code.ts";
import type { Site } from "./site.ts";
import { itemsLocal, statementsCode, statusLocal } from "./statement-code.ts";
import { Unit } from "./unit.ts";

/** A clause that a probe fires. */
export interface FiredClause {
  readonly clause: Clause;
  /** Its index in the program. */
  readonly index: number;
  /** Those of its points that mean the probe. */
  readonly points: readonly ProbePoint[];
}

/** What happens around the clauses of a firing. */
export interface ClauseEvents {
  /** A clause was left by an exception. */
  readonly onThrow: (thrown: unknown, clause: number, probeId: number, epid: number) => void;
  /** A clause executed `exit`, and is over. */
  readonly onExit: (status: number) => void;
}

/** A probe to generate code for. */
export interface BoundProbe {
  readonly probe: ProbeDescription;
  readonly probeId: number;
  readonly clauses: readonly FiredClause[];
  /** It fires also when the program has stopped, as end clauses do. */
  readonly always?: boolean;
}

/** A function of generated code, ready to be compiled. */
export interface HandlerCode {
  readonly unit: Unit;
  readonly text: string;
}

/** The code of `bound`. */
export function handlerCode(state: EngineState, events: ClauseEvents, bound: BoundProbe): HandlerCode {
  const { probe, probeId, clauses, always = false } = bound;
  const unit = new Unit();
  const site: Site = {
    unit,
    state,
    probe,
    probeId,
    once: new Map(),
    expression: (expression) => expressionCode(site, expression),
    textReads: countTextReads(clauses),
    epid: 0,
    usesMemory: false,
    speculation: undefined,
    hasOutput: false,
    hasExit: false,
  };
  const guard = always ? "" : `if (${unit.link("control", state.control)}.stopped) return;\n`;
  let mayHaveStopped = true;
  const parts = clauses.map((numbered) => {
    const before = mayHaveStopped ? guard : "";
    const code = before + clauseCode(site, events, numbered);
    // A fault runs the error clauses, which may say exit too.
    mayHaveStopped = site.hasExit || unit.canFault;
    return code;
  });
  const parameters = probe.arguments.map((_, index) => parameter(index)).join(", ");
  const body = unit.takeLocals() + parts.join("\n");
  const comment = formatProbe(probe).replace(/[^\x20-\x7e]/g, "?");
  return { unit, text: indent(`// ${comment}\nreturn (${parameters}) => {\n${body}\n};`) };
}

/** The function that `code` is of. */
export function compileHandler({ unit, text }: HandlerCode): Handler {
  return unit.evaluate(text) as Handler;
}

function clauseCode(site: Site, events: ClauseEvents, { clause, index, points }: FiredClause): string {
  const { unit, state, probeId } = site;
  site.epid = state.nextEpid();
  site.usesMemory = false;
  site.speculation = undefined;
  site.hasOutput = false;
  site.hasExit = false;
  unit.canFault = false;
  const test = testCode(site, clause, points);
  let code = statementsCode(site, clause.body);
  if (site.hasOutput) {
    const record = `{ clause: ${index}, probe: ${probeId}, items: ${itemsLocal} }`;
    code += `\nif (${itemsLocal} !== undefined) ${emitCode(site, record)}`;
  }
  if (test !== undefined) code = `if (${test}) {\n${code}\n}`;
  if (site.usesMemory) code = `${unit.link("memory", state.memory)}.reset();\n${code}`;
  if (unit.canFault) {
    const onThrow = `${unit.link("onThrow", events.onThrow)}(thrown, ${index}, ${probeId}, ${site.epid});`;
    code = `try {\n${code}\n} catch (thrown) {\n${onThrow}\n}`;
  }
  if (site.hasExit)
    code = `let ${statusLocal};\n${code}\nif (${statusLocal} !== undefined) ${unit.link("onExit", events.onExit)}(${statusLocal});`;
  if (site.hasOutput) code = `let ${itemsLocal};\n${code}`;
  return `{\n${code}\n}`;
}

/** Puts out a record, or keeps it with the speculation that the clause has named. */
function emitCode({ unit, state, speculation }: Site, record: string): string {
  const emit = `${unit.link("host", state.host)}.emit(${record});`;
  if (speculation === undefined) return emit;
  const keep = `${unit.link("speculations", state.speculations)}.add(${speculation}, ${record});`;
  return `{\nif (${speculation} === undefined) ${emit}\nelse ${keep}\n}`;
}

/** When the clause runs: one of the points that fire it has no condition, or one that holds, and so does the predicate. */
function testCode(site: Site, clause: Clause, points: readonly ProbePoint[]): string | undefined {
  const tests: string[] = [];
  const conditions = points.flatMap(({ condition }) => condition ?? []);
  if (conditions.length > 0 && conditions.length === points.length)
    tests.push(`(${conditions.map((one) => conditionCode(site, one)).join(" || ")})`);
  if (clause.predicate !== undefined) tests.push(conditionCode(site, clause.predicate));
  return tests.length === 0 ? undefined : tests.join(" && ");
}

/** How often the clauses read each argument as text. */
function countTextReads(clauses: readonly FiredClause[]): ReadonlyMap<number, number> {
  const reads = new Map<number, number>();
  for (const { clause } of clauses) {
    walkClauseExpressions(clause, (expression) => {
      if (expression.kind !== "call" || expression.function !== "copyinstr") return;
      const [address] = expression.arguments;
      const argument = address === undefined ? undefined : directArgument(address);
      if (argument !== undefined) reads.set(argument, (reads.get(argument) ?? 0) + 1);
    });
  }
  return reads;
}

/** Indents lines by the braces at their ends. */
function indent(text: string): string {
  let depth = 0;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    if (line.startsWith("}")) depth--;
    lines.push("  ".repeat(depth) + line);
    if (line.endsWith("{")) depth++;
  }
  return lines.join("\n");
}
