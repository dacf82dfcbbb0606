/** `trace record`: run a program, or none, and keep all that it finds. */
import { errorDiagnostic, TraceError } from "@trace/core";
import type { RecordedScript } from "@trace/recording";
import type { CommandModule } from "yargs";
import { say, sayEvent } from "../messages.ts";
import { openOutputs } from "../options/output.ts";
import { loadBackends } from "../plugins.ts";
import { loadableScript, readScript } from "../script.ts";
import { durationOf, liveArguments, targetOf, type LiveArguments } from "./live-arguments.ts";
import { runProgram, type LoadableProgram } from "./program-session.ts";

interface RecordArguments extends LiveArguments {
  output: string;
}

/** The `record` command. */
export const recordCommand: CommandModule<object, RecordArguments> = {
  command: "record [script..]",
  describe: "Run a tracing program, or none, and keep what it finds for `report` and `merge`",
  builder: (yargs) =>
    liveArguments(yargs)
      .usage(
        "trace record SCRIPT [ARGUMENT..] [-p PID | -c COMMAND] [-o FILE] [options]\n" +
          "trace record -n PROGRAM [options]\n" +
          "trace record PROBES.. [options]",
      )
      .positional("script", {
        type: "string",
        array: true,
        describe:
          "Script file and its arguments; or probes as in D, 'shop*:::': each firing with all its arguments",
      })
      .option("output", {
        alias: "o",
        type: "string",
        requiresArg: true,
        default: "trace.ndjson",
        describe: "File to write, - for standard output",
      })
      .example("trace record latency.d -p 4711 -o a.ndjson", "then: trace report a.ndjson")
      .example(
        "trace record 'shop*:::' -p 4711 --for 10s",
        "all of a provider; then: trace report trace.ndjson latency.d",
      ),
  handler: async (options) => {
    process.exitCode = await record(options);
  },
};

async function record(options: RecordArguments): Promise<number> {
  const quiet = options.quiet === true;
  const { gatherFacts } = await import("@trace/recording");
  const { jsonReporter } = await import("@trace/reporter-json");
  const { program, script } = await whatToRecord(options);
  const duration = durationOf(options);
  const target = targetOf(options);
  const { output } = options;
  const status = await runProgram({
    program,
    target,
    backends: await loadBackends(options.backend),
    outputs: await openOutputs(
      [output === "-" ? "json" : `json=${output}`],
      {},
      { json: async () => jsonReporter({ facts: gatherFacts(script) }) },
    ),
    duration,
    onEvent: (event) => {
      sayEvent(event, program.source, quiet);
      if (event.type === "end" && output !== "-" && !quiet)
        say(`trace: recorded in ${output}; to see it: trace report ${output}`);
    },
  });
  return status;
}

async function whatToRecord(options: RecordArguments): Promise<{
  readonly program: LoadableProgram;
  readonly script?: RecordedScript;
}> {
  const words = (options.script ?? []).map(String);
  if (options.program === undefined && words.length > 0 && words.every(isProbePattern)) {
    if (options.x.length > 0)
      throw new TraceError(errorDiagnostic("USAGE", "-x sets an option of a script, and there is none"));
    const { rawProgram } = await import("@trace/recording");
    return {
      program: {
        source: { name: "<probes>", text: "" },
        load: ({ probes = [] }) => ({ program: rawProgram(words, probes), diagnostics: [] }),
      },
    };
  }
  const script = await readScript(options);
  return {
    program: loadableScript(script, options.x, options.quiet === true),
    script: { ...script.source, language: script.language.name, arguments: script.arguments },
  };
}

/** As in `trace list`, a word with a slash is a file. */
function isProbePattern(word: string): boolean {
  return word.includes(":") && !word.includes("/");
}
