/** Prints what a trace program finds, as text. */
export { textReporter, type TextReporterOptions, type TextStyleName } from "./text-reporter.ts";
export type { StyleOptions, Unit } from "./text-style.ts";
