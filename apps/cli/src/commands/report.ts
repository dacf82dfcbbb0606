/** `trace report`: show a recording, in any format, or run another program over it. */
import type { SourceText, TraceEvent } from "@trace/core";
import type { Recording } from "@trace/recording";
import { reportEvents } from "@trace/session";
import type { CommandModule } from "yargs";
import { exitStatus } from "../exit-status.ts";
import { sayEvent } from "../messages.ts";
import { openOutputs, outputOption, styleOption, type Outputs } from "../options/output.ts";
import { openRecording } from "../options/recording-file.ts";
import type { OutputContext } from "../plugins.ts";
import { loadableScript, readScript } from "../script.ts";
import { runProgram } from "./program-session.ts";
import { programArguments, type ProgramArguments } from "./script-arguments.ts";

interface ReportArguments extends ProgramArguments {
  file: string;
  output: string[];
  style: string | undefined;
  quiet: boolean | undefined;
}

/** The `report` command. */
export const reportCommand: CommandModule<object, ReportArguments> = {
  command: "report <file> [script..]",
  describe: "Show a recording, in any format, or run another program over it",
  builder: (yargs) =>
    programArguments(yargs)
      .usage(
        "trace report FILE [-o FORMAT[=FILE]]\ntrace report FILE SCRIPT [ARGUMENT..] | -n PROGRAM [options]",
      )
      .positional("file", {
        type: "string",
        demandOption: true,
        describe: "What `trace record` or `-o json` wrote (- for standard input)",
      })
      .positional("script", {
        type: "string",
        array: true,
        describe: "A program to run over the recorded firings, then its arguments $1, $2, ..",
      })
      .option("output", outputOption)
      .option("style", styleOption)
      .option("quiet", { alias: "q", type: "boolean", describe: "Show only what SCRIPT prints" })
      .example("trace report trace.ndjson", "what the live run printed")
      .example("trace report trace.ndjson -o json", "the same in another format")
      .example("trace report trace.ndjson latency.d", "another program, over the same firings"),
  handler: async (options) => {
    process.exitCode = await report(options);
  },
};

async function report(options: ReportArguments): Promise<number> {
  const hasProgram = options.program !== undefined || (options.script ?? []).length > 0;
  const quiet = options.quiet === true;
  const program = hasProgram ? loadableScript(await readScript(options), options.x, quiet) : undefined;
  const recording = await openRecording(options.file);
  // Times of day as they were shown there; an explicit TZ goes first.
  process.env["TZ"] ??= recording.host?.timeZone;
  const outputs = await openOutputs(options.output, {
    ...contextOf(recording),
    ...(options.style === undefined ? {} : { style: options.style }),
  });
  if (program === undefined) return showRecording(recording, outputs);
  const { replayBackend } = await import("@trace/backend-replay");
  let isDamaged = false;
  const status = await runProgram({
    program,
    target: { kind: "system" },
    backends: [replayBackend(recording)],
    outputs,
    onEvent: (event) => {
      sayEvent(event, program.source, true);
      isDamaged ||= isDamage(event);
    },
  });
  return status === exitStatus.success && isDamaged ? exitStatus.failed : status;
}

/** What a live run would have looked up. */
function contextOf({ ready, processes, threads, host }: Recording): OutputContext {
  const [pid, ...others] = new Set((ready?.attached ?? []).map((probe) => probe.pid));
  return {
    ...(pid === undefined || others.length > 0 ? {} : { pid }),
    ...(host === undefined
      ? {}
      : { names: (of, tid) => (tid === undefined ? processes.get(of)?.name : threads.get(tid)) }),
  };
}

/** Shows the events as they are. Returns the exit status. */
async function showRecording({ program, script, events }: Recording, outputs: Outputs): Promise<number> {
  const source: SourceText = script ?? { name: "<recording>", text: "" };
  let status: number = exitStatus.success;
  async function* watched(): AsyncGenerator<TraceEvent> {
    for await (const event of events) {
      sayEvent(event, source, true);
      if (isDamage(event)) status = exitStatus.failed;
      yield event;
    }
  }
  try {
    await reportEvents(watched(), program, outputs.outputs);
    return status;
  } finally {
    await outputs.close();
  }
}

function isDamage(event: TraceEvent): boolean {
  return event.type === "diagnostic" && event.diagnostic.code === "RECORDING_MALFORMED";
}
