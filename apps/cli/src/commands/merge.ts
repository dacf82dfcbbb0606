/** `trace merge`: the aggregations of several recordings as those of one run. */
import type { TraceEvent } from "@trace/core";
import { reportEvents } from "@trace/session";
import type { CommandModule } from "yargs";
import { exitStatus } from "../exit-status.ts";
import { sayEvent } from "../messages.ts";
import { openOutputs, outputOption } from "../options/output.ts";
import { openRecording } from "../options/recording-file.ts";

interface MergeArguments {
  file: string;
  files: string[] | undefined;
  output: string[];
}

/** The `merge` command. */
export const mergeCommand: CommandModule<object, MergeArguments> = {
  command: "merge <file> [files..]",
  describe: "Show the aggregations of several recordings as those of one run",
  builder: (yargs) =>
    yargs
      .usage("trace merge FILE FILE.. [-o FORMAT[=FILE]]")
      .positional("file", { type: "string", demandOption: true, describe: "A recording" })
      .positional("files", {
        type: "string",
        array: true,
        describe: "Recordings of the same program, or one with the same aggregations",
      })
      .option("output", outputOption)
      .example("trace merge web1.ndjson web2.ndjson", "two hosts as one")
      .example("trace merge monday.ndjson tuesday.ndjson -o json=both.ndjson", "can be merged again"),
  handler: async (options) => {
    process.exitCode = await merge(options);
  },
};

async function merge(options: MergeArguments): Promise<number> {
  const first = await openRecording(options.file);
  const others = await Promise.all((options.files ?? []).map((file) => openRecording(String(file))));
  const { mergeRecordings } = await import("@trace/recording");
  const merged = mergeRecordings([first, ...others]);
  let status: number = exitStatus.success;
  async function* watched(): AsyncGenerator<TraceEvent> {
    for await (const event of merged) {
      sayEvent(event, { name: "<recordings>", text: "" }, true);
      if (event.type === "end") status = event.status;
      yield event;
    }
  }
  const outputs = await openOutputs(options.output, {});
  try {
    await reportEvents(watched(), first.program, outputs.outputs);
    return status;
  } finally {
    await outputs.close();
  }
}
