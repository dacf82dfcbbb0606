/** `trace run`: run a program on a target and show what it finds. */
import { TraceError } from "@trace/core";
import { startSession, type Session, type SessionResult, type TargetRequest } from "@trace/session";
import type { CommandModule } from "yargs";
import { statusOf } from "../exit-status.ts";
import { say, sayDiagnostic, sayEvent } from "../messages.ts";
import { parseDuration } from "../options/duration.ts";
import { parseLanguageOptions } from "../options/language-options.ts";
import { openOutputs } from "../options/output.ts";
import { checkPid } from "../options/pid.ts";
import { splitWords } from "../options/split-words.ts";
import { reporters, selectBackends } from "../plugins.ts";
import { readScript } from "../script.ts";
import { scriptArguments, type ScriptArguments } from "./script-arguments.ts";

interface RunArguments extends ScriptArguments {
  command: string | undefined;
  for: string | undefined;
  output: string[];
  quiet: boolean | undefined;
}

/** The `run` command. */
export const runCommand: CommandModule<object, RunArguments> = {
  command: "run [script..]",
  describe: "Run a tracing program and show what it finds",
  builder: (yargs) =>
    scriptArguments(yargs)
      .usage("trace run SCRIPT [ARGUMENT..] [-p PID | -c COMMAND] [options]\ntrace run -n PROGRAM [options]")
      .option("command", {
        alias: "c",
        type: "string",
        requiresArg: true,
        describe: "Start this command, hold it until the probes are attached, trace it",
      })
      .option("for", { type: "string", requiresArg: true, describe: "Stop after this time: 5s, 500ms, 2m" })
      .option("output", {
        alias: "o",
        type: "string",
        array: true,
        nargs: 1,
        default: ["text"],
        defaultDescription: "text",
        describe: `FORMAT or FORMAT=FILE, repeatable; formats: ${Object.keys(reporters).join(", ")}`,
      })
      .option("quiet", { alias: "q", type: "boolean", describe: "Show only what the program prints" })
      .conflicts("pid", "command")
      .example("trace run latency.d -p 4711", "run a D script on a process until Ctrl-C")
      .example(
        "trace run -n 'shop*:::checkout { @[copyinstr(arg1)] = sum(arg2); }' -p 4711 --for 5s",
        "a one-liner, for 5 s",
      )
      .example("trace run first.d -c 'node server.js'", "start a command and miss no early event")
      .example("trace run latency.d -p 4711 -o text -o json=events.ndjson", "two outputs at once"),
  handler: async (options) => {
    process.exitCode = await run(options);
  },
};

async function run(options: RunArguments): Promise<number> {
  const script = readScript(options);
  const quiet = options.quiet === true;
  const languageOptions = parseLanguageOptions(options.x, quiet);
  const duration = options.for === undefined ? undefined : parseDuration(options.for);
  const target = targetOf(options);
  const outputs = openOutputs(options.output);
  const session = startSession({
    target,
    load: (context) =>
      script.language.parse(script.source, {
        ...context,
        arguments: script.arguments,
        options: languageOptions,
      }),
    backends: selectBackends(options.backend),
    reporters: outputs.outputs,
    onPlan: (plan) => {
      for (const diagnostic of plan.diagnostics) sayDiagnostic(diagnostic, script.source);
    },
    onEvent: (event) => sayEvent(event, script.source, quiet),
    ...(duration === undefined ? {} : { duration }),
  });
  const release = onInterrupt(session);
  try {
    const result = await session.finished;
    sayCommandEnd(result);
    return result.status;
  } catch (error) {
    if (!TraceError.isInstance(error)) throw error;
    for (const diagnostic of error.diagnostics) sayDiagnostic(diagnostic, script.source);
    return statusOf(error.diagnostics);
  } finally {
    release();
    await outputs.close();
  }
}

function targetOf(options: RunArguments): TargetRequest {
  if (options.pid !== undefined) return { kind: "process", pid: checkPid(options.pid) };
  if (options.command !== undefined) return { kind: "command", argv: splitWords(options.command) };
  return { kind: "system" };
}

/** The first interrupt ends in good order, the second gives up. Returns how to stop listening. */
function onInterrupt(session: Session): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts++;
    if (interrupts === 1) session.stop();
    else session.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
}

function sayCommandEnd({ command }: SessionResult): void {
  if (command === undefined) return;
  if (command.signal !== null) say(`trace: the command was ended by ${command.signal}`);
  else if (command.code !== 0) say(`trace: the command ended with status ${command.code}`);
}
