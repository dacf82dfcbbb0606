/** `trace compile`: show what a backend would run. */
import { hasErrors, TraceError, type LanguageContext, type Program } from "@trace/core";
import { chooseBackend, listProbes, matchProgram, mergeProbes } from "@trace/session";
import type { CommandModule } from "yargs";
import { exitStatus, statusOf } from "../exit-status.ts";
import { sayDiagnostic } from "../messages.ts";
import { parseLanguageOptions } from "../options/language-options.ts";
import { checkPid } from "../options/pid.ts";
import { loadBackends } from "../plugins.ts";
import { readScript, type Script } from "../script.ts";
import { scriptArguments, type ScriptArguments } from "./script-arguments.ts";

interface CompileArguments extends ScriptArguments {
  ir: boolean | undefined;
}

/** The `compile` command. */
export const compileCommand: CommandModule<object, CompileArguments> = {
  command: "compile [script..]",
  describe: "Show what a backend would run, without running it",
  builder: (yargs) =>
    scriptArguments(yargs)
      .usage("trace compile SCRIPT [ARGUMENT..] [-b BACKEND] [-p PID]\ntrace compile -n PROGRAM [options]")
      .option("ir", { type: "boolean", describe: "Show the intermediate representation, as JSON" })
      .example("trace compile latency.d -b bpftrace -p 4711", "the bpftrace script for a process")
      .example("trace compile latency.d --ir", "what every backend gets"),
  handler: async (options) => {
    process.exitCode = await compile(options);
  },
};

async function compile(options: CompileArguments): Promise<number> {
  const script = await readScript(options);
  try {
    process.stdout.write(await compiledText(options, script));
    return exitStatus.success;
  } catch (error) {
    if (!TraceError.isInstance(error)) throw error;
    for (const diagnostic of error.diagnostics) sayDiagnostic(diagnostic, script.source);
    return statusOf(error.diagnostics);
  }
}

async function compiledText(options: CompileArguments, script: Script): Promise<string> {
  const pid = options.pid === undefined ? undefined : checkPid(options.pid);
  const context: LanguageContext = {
    arguments: script.arguments,
    options: parseLanguageOptions(options.x, false),
    ...(pid === undefined ? {} : { target: pid }),
  };
  const backends = await loadBackends(options.backend);
  const target = pid === undefined ? ({ kind: "system" } as const) : ({ kind: "process", pid } as const);
  const lists = await listProbes(backends, { target });
  const program = load(script, { ...context, probes: mergeProbes(lists) });
  if (options.ir === true) return `${JSON.stringify(program, undefined, 2)}\n`;

  const [only] = backends;
  const choice =
    backends.length === 1 && only !== undefined
      ? {
          backend: only,
          probes: matchProgram(program, mergeProbes(lists)).matched,
          detection: await only.detect(),
        }
      : await chooseBackend(program, lists);
  const { version } = choice.detection;
  const plan = choice.backend.compile(program, {
    probes: choice.probes,
    target,
    ...(version === undefined ? {} : { version }),
  });
  if (hasErrors(plan.diagnostics)) throw new TraceError(plan.diagnostics);
  for (const diagnostic of plan.diagnostics) sayDiagnostic(diagnostic, script.source);
  return plan.text.endsWith("\n") ? plan.text : `${plan.text}\n`;
}

function load(script: Script, context: LanguageContext): Program {
  const { program, diagnostics } = script.language.parse(script.source, context);
  if (program === undefined || hasErrors(diagnostics)) throw new TraceError(diagnostics);
  return program;
}
