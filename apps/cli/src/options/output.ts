/** The option `-o FORMAT[=FILE]`: a reporter and where it writes. */
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { errorDiagnostic, TraceError } from "@trace/core";
import { streamSink, type ReporterOutput } from "@trace/session";
import { outputFormats, pick, type OutputContext, type OutputFormats } from "../plugins.ts";
import { describeSystemError } from "../system-error.ts";

/** The option itself, for yargs. */
export const outputOption: {
  readonly alias: "o";
  readonly type: "string";
  readonly array: true;
  readonly nargs: 1;
  readonly default: string[];
  readonly defaultDescription: string;
  readonly describe: string;
} = {
  alias: "o",
  type: "string",
  array: true,
  nargs: 1,
  default: ["text"],
  defaultDescription: "text",
  describe: `FORMAT or FORMAT=FILE, repeatable; formats: ${Object.keys(outputFormats).join(", ")}`,
};

/** The option `--style`, for yargs. */
export const styleOption: { readonly type: "string"; readonly requiresArg: true; readonly describe: string } =
  {
    type: "string",
    requiresArg: true,
    describe: "Layout of text: dtrace, bpftrace, stap, or pretty (units, percentiles, colour)",
  };

/** Reporters writing to files, and how to finish the files. */
export interface Outputs {
  readonly outputs: readonly ReporterOutput[];
  close(): Promise<void>;
}

/** TraceError USAGE for an unknown format or for two outputs on standard output, OUTPUT_UNWRITABLE. */
export async function openOutputs(
  options: readonly string[],
  context: OutputContext,
  formats: OutputFormats = outputFormats,
): Promise<Outputs> {
  const closing: (() => Promise<void>)[] = [];
  const onStdout = options.filter((option) => !option.includes("="));
  if (onStdout.length > 1) {
    throw new TraceError(
      errorDiagnostic("USAGE", `only one output can go to standard output, not ${onStdout.join(" and ")}`, {
        hint: `give the others a file, as in -o ${onStdout[1] ?? "json"}=FILE`,
      }),
    );
  }
  const choices = options.map((option) => {
    const [format, file] = splitOnce(option, "=");
    return { load: pick(formats, format, "USAGE", "output format"), file };
  });
  const outputs = await Promise.all(
    choices.map(async ({ load, file }): Promise<ReporterOutput> => {
      const reporter = await load(context);
      if (file === undefined) return { reporter, out: streamSink(process.stdout) };
      const stream = await openFile(file);
      closing.push(() => new Promise((resolve) => stream.end(() => resolve())));
      return { reporter, out: streamSink(stream) };
    }),
  );
  return {
    outputs,
    close: async () => {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

async function openFile(file: string): Promise<WriteStream> {
  const stream = createWriteStream(file);
  try {
    await once(stream, "open");
    return stream;
  } catch (error) {
    throw new TraceError(
      errorDiagnostic("OUTPUT_UNWRITABLE", `cannot write ${file}: ${describeSystemError(error)}`),
      { cause: error },
    );
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
