/** A recording named on the command line. */
import { createReadStream } from "node:fs";
import { errorDiagnostic, TraceError } from "@trace/core";
import type { Recording } from "@trace/recording";
import { describeSystemError } from "../system-error.ts";

/** Bytes read at once. */
const PIECE = 2 ** 18;

/** Begins to read `file`, `-` for standard input. TraceError RECORDING_UNREADABLE and those of `readRecording`. */
export async function openRecording(file: string): Promise<Recording> {
  const { readRecording } = await import("@trace/recording");
  // yargs makes an empty word of a lone dash.
  const [name, stream] =
    file === "-" || file === ""
      ? ["<stdin>", process.stdin]
      : [file, createReadStream(file, { highWaterMark: PIECE })];
  try {
    return await readRecording(name, stream);
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new TraceError(
      errorDiagnostic("RECORDING_UNREADABLE", `cannot read ${file}: ${describeSystemError(error)}`),
      { cause: error },
    );
  }
}
