/** Prints what a trace program finds, one JSON object a line. */
export { bpftraceJsonReporter } from "./bpftrace-json-reporter.ts";
export { jsonReporter, type JsonReporterOptions } from "./json-reporter.ts";
export { recordingVersion as jsonVersion } from "@trace/recording";
