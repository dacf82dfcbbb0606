/** `trace run`: run a program on a target and show what it finds. */
import type { CommandModule } from "yargs";
import { sayEvent } from "../messages.ts";
import { openOutputs, outputOption } from "../options/output.ts";
import { loadBackends } from "../plugins.ts";
import { loadableScript, readScript } from "../script.ts";
import { durationOf, liveArguments, targetOf, type LiveArguments } from "./live-arguments.ts";
import { runProgram } from "./program-session.ts";

interface RunArguments extends LiveArguments {
  output: string[];
}

/** The `run` command. */
export const runCommand: CommandModule<object, RunArguments> = {
  command: "run [script..]",
  describe: "Run a tracing program and show what it finds",
  builder: (yargs) =>
    liveArguments(yargs)
      .usage("trace run SCRIPT [ARGUMENT..] [-p PID | -c COMMAND] [options]\ntrace run -n PROGRAM [options]")
      .option("output", outputOption)
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
  const quiet = options.quiet === true;
  const program = loadableScript(await readScript(options), options.x, quiet);
  const duration = durationOf(options);
  const target = targetOf(options);
  return runProgram({
    program,
    target,
    backends: await loadBackends(options.backend),
    outputs: await openOutputs(options.output, target.kind === "process" ? { pid: target.pid } : {}),
    duration,
    onEvent: (event) => sayEvent(event, program.source, quiet),
  });
}
