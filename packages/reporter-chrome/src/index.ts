/** Chrome trace events: what Perfetto and chrome://tracing open. */
export { chromeReporter, type ChromeReporterOptions } from "./chrome-reporter.ts";
export type { DocumentForm } from "./document-writer.ts";
export type { FlowDeclaration } from "./flows.ts";
export { procNames, type NameLookup } from "./process-names.ts";
