/** Tracing from within: a program runs over the probes of the process that calls. */
import { processAgent } from "@trace/agent";
import { matchProbe, type Program, type Run } from "@trace/core";
import { compilePlan } from "./compile-plan.ts";
import { LocalLink } from "./local-link.ts";
import { isProbePattern } from "./probe-pattern.ts";
import { publishedProbes } from "./published-probe.ts";
import { startRun } from "./run.ts";

/**
 * Runs `program` over this environment's own providers (of the main thread, or of the worker that calls), those that
 * come later included, until the program exits or `stop` is called. Iterate the result for its events.
 *
 * A program that cannot run here ends with a diagnostic event and the reason `failed`.
 *
 * @example
 * const run = traceHere(program);
 * for await (const event of run) if (event.type === "record") run.stop();
 */
export function traceHere(program: Program): Run {
  const agent = processAgent();
  const link = new LocalLink(agent);
  const points = program.clauses.flatMap((clause) => clause.points).filter(isProbePattern);
  const probes = publishedProbes(link, [agent.manifest()])
    .map((probe) => probe.description)
    .filter((probe) => points.some((point) => matchProbe(point, probe)));
  const plan = compilePlan(program, { probes, target: { kind: "process", pid: process.pid } });
  return startRun(plan, { open: async () => [link] });
}
