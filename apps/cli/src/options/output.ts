/** The option `-o FORMAT[=FILE]`: a reporter and where it writes. */
import { createWriteStream } from "node:fs";
import { errorDiagnostic, TraceError, type Reporter } from "@trace/core";
import { streamSink, type ReporterOutput } from "@trace/session";
import { reporters } from "../plugins.ts";

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
  describe: `FORMAT or FORMAT=FILE, repeatable; formats: ${Object.keys(reporters).join(", ")}`,
};

/** Reporters writing to files, and how to finish the files. */
export interface Outputs {
  readonly outputs: readonly ReporterOutput[];
  close(): Promise<void>;
}

/** TraceError USAGE for an unknown format or for two outputs on standard output. */
export function openOutputs(
  options: readonly string[],
  formats: Readonly<Record<string, () => Reporter>> = reporters,
): Outputs {
  const closing: (() => Promise<void>)[] = [];
  const onStdout = options.filter((option) => !option.includes("="));
  if (onStdout.length > 1) {
    throw new TraceError(
      errorDiagnostic("USAGE", `only one output can go to standard output, not ${onStdout.join(" and ")}`, {
        hint: `give the others a file, as in -o ${onStdout[1] ?? "json"}=FILE`,
      }),
    );
  }
  const outputs = options.map((option) => {
    const [format, file] = splitOnce(option, "=");
    const makeReporter = formats[format];
    if (makeReporter === undefined || !Object.hasOwn(formats, format)) {
      throw new TraceError(
        errorDiagnostic("USAGE", `there is no output format '${format}'`, {
          hint: `choose one of ${Object.keys(formats).join(", ")}`,
        }),
      );
    }
    if (file === undefined) return { reporter: makeReporter(), out: streamSink(process.stdout) };
    const stream = createWriteStream(file);
    const out = streamSink(stream);
    closing.push(() => new Promise((resolve) => stream.end(() => resolve())));
    return { reporter: makeReporter(), out };
  });
  return {
    outputs,
    close: async () => {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
