/** The option `-o FORMAT[=FILE]`: a reporter and where it writes. */
import { createWriteStream } from "node:fs";
import { errorDiagnostic, TraceError } from "@trace/core";
import { streamSink, type ReporterOutput } from "@trace/session";
import { reporters } from "../plugins.ts";

/** Reporters writing to files, and how to finish the files. */
export interface Outputs {
  readonly outputs: readonly ReporterOutput[];
  close(): Promise<void>;
}

/** TraceError USAGE for an unknown format or for two outputs on standard output. */
export function openOutputs(options: readonly string[]): Outputs {
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
    const makeReporter = reporters[format];
    if (makeReporter === undefined || !Object.hasOwn(reporters, format)) {
      throw new TraceError(
        errorDiagnostic("USAGE", `there is no output format '${format}'`, {
          hint: `choose one of ${Object.keys(reporters).join(", ")}`,
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
