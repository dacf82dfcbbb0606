/** Recordings of traces: the events of a run as lines of JSON, written and read without loss. */
export * from "./facts.ts";
export { gatherFacts } from "./gather-facts.ts";
export { LineEncoder } from "./line-encoder.ts";
export { mergeRecordings } from "./merge-recordings.ts";
export { rawProgram } from "./raw-program.ts";
export { readRecording, type Recording } from "./read-recording.ts";
export { addressedArgument, recordedFirings, type RecordedFirings } from "./recorded-firings.ts";
