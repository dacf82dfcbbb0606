/** Prints what a trace program finds, one JSON object a line. */
export { jsonReporter, jsonVersion } from "./json-reporter.ts";
