/** From a program to what runs in the target. */
import {
  checkCapabilities,
  hasErrors,
  validateProgram,
  type CompileContext,
  type Plan,
  type Program,
} from "@trace/core";
import { compileProgram, programProbes, type EngineHost } from "@trace/engine";
import { capabilities } from "./capabilities.ts";

/**
 * The plan of `program`. Its text is the JavaScript that an agent makes of the program for these probes: what travels
 * is the program itself, which every agent checks and compiles by itself.
 */
export function compilePlan(program: Program, context: CompileContext): Plan {
  const plan = { backend: "embedded", program, context };
  const mistakes = validateProgram(program).diagnostics;
  if (hasErrors(mistakes)) return { ...plan, text: "", diagnostics: mistakes };
  const refusals = checkCapabilities(program, "embedded", capabilities);
  if (hasErrors(refusals)) return { ...plan, text: "", diagnostics: refusals };
  const { engine, diagnostics } = compileProgram(program, idleHost);
  const first = programProbes(program).length + 1;
  for (const [index, probe] of context.probes.entries()) engine?.bind(probe, first + index);
  const text = engine?.text ?? "";
  engine?.dispose();
  return { ...plan, text, diagnostics };
}

/** Nothing runs at it: only the code is wanted. */
const idleHost: EngineHost = {
  target: 0,
  emit() {},
  onError() {},
  onExit() {},
  now: () => 0,
  wallTime: () => 0,
  vtime: () => 0,
  cpu: () => 0,
  pid: () => 0,
  tid: () => 0,
  ppid: () => 0,
  uid: () => 0,
  gid: () => 0,
  execname: () => "",
};
