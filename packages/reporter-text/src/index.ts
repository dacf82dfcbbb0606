/** Prints what a trace program finds, as text. */
export { textReporter, textStyles, type TextReporterOptions, type TextStyleName } from "./text-reporter.ts";
export type { StyleOptions, Unit } from "./text-style.ts";
export type { LiveOptions } from "./live/live-options.ts";
export { processTerminal, type LiveListeners, type LiveTerminal } from "./live/live-terminal.ts";
export { terminalOptions, type MaybeTerminal } from "./terminal-options.ts";
export { statusLine, type RunStatus } from "./status-line.ts";
