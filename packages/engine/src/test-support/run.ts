/** Running programs in tests. */
import type { Expression, Program, Statement, Value } from "@trace/core";
import { compileProgram } from "../compile-program.ts";
import type { Engine, EngineOptions } from "../engine.ts";
import { clause, program, trace } from "./nodes.ts";
import { recordingHost, type RecordingHost } from "./recording-host.ts";

export interface Compiled {
  readonly engine: Engine;
  readonly host: RecordingHost;
}

export function compile(
  source: Program,
  options?: EngineOptions,
  host: RecordingHost = recordingHost(),
): Compiled {
  const { engine, diagnostics } = compileProgram(source, host, options);
  if (engine === undefined) throw new Error(diagnostics[0]?.message);
  return { engine, host };
}

/** The values that the records hold, one list a record. */
export function valuesOf(host: RecordingHost): readonly (readonly Value[])[] {
  return host.records.map(({ items }) => items.flatMap(({ values }) => values));
}

/** Runs statements in a begin clause of their own. */
export function runBegin(body: readonly Statement[], parts: Partial<Program> = {}): Compiled {
  const compiled = compile(program({ ...parts, clauses: [clause([{ kind: "begin" }], ...body)] }));
  compiled.engine.begin();
  return compiled;
}

/** The value of `expression`, or the code of its fault. */
export function evaluate(expression: Expression, parts: Partial<Program> = {}): Value | undefined {
  const { host } = runBegin([trace(expression)], parts);
  return host.faults[0]?.code ?? valuesOf(host)[0]?.[0];
}
