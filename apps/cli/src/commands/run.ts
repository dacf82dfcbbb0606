/** `trace run`: run a program on a target and show what it finds. */
import type { TraceEvent } from "@trace/core";
import type { CommandModule } from "yargs";
import { eventText } from "../messages.ts";
import { openOutputs, outputOption, styleOption } from "../options/output.ts";
import { loadBackends } from "../plugins.ts";
import { RunProgress } from "../run-progress.ts";
import { noStatus, showStatus } from "../status-display.ts";
import { loadableScript, readScript } from "../script.ts";
import { durationOf, liveArguments, targetOf, type LiveArguments } from "./live-arguments.ts";
import { runProgram } from "./program-session.ts";

interface RunArguments extends LiveArguments {
  output: string[];
  style: string | undefined;
  live: boolean | undefined;
}

/** The `run` command. */
export const runCommand: CommandModule<object, RunArguments> = {
  command: "run [script..]",
  describe: "Run a tracing program and show what it finds",
  builder: (yargs) =>
    liveArguments(yargs)
      .usage("trace run SCRIPT [ARGUMENT..] [-p PID | -c COMMAND] [options]\ntrace run -n PROGRAM [options]")
      .option("output", outputOption)
      .option("style", styleOption)
      .option("live", {
        type: "boolean",
        describe: "Redraw aggregations while they grow; without a terminal print them every 10 s",
      })
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
  const progress = new RunProgress(duration);
  const live = {
    message: (event: TraceEvent) => eventText(event, program.source, quiet),
    status: () => progress.status(),
  };
  const drawsOnTerminal = options.live === true && process.stdout.isTTY;
  const outputs = await openOutputs(options.output, {
    ...(target.kind === "process" ? { pid: target.pid } : {}),
    ...(options.style === undefined ? {} : { style: options.style }),
    ...(options.live === true ? { live } : {}),
  });
  const backends = await loadBackends(options.backend);
  const display = quiet || drawsOnTerminal ? noStatus : await showStatus(progress);
  try {
    return await runProgram({
      program,
      target,
      backends,
      outputs,
      duration,
      interim: options.live === true,
      onEvent: (event) => {
        progress.take(event);
        if (drawsOnTerminal) return;
        const text = eventText(event, program.source, quiet);
        if (text === "") return;
        display.clear();
        process.stderr.write(text);
      },
    });
  } finally {
    display.end();
  }
}
