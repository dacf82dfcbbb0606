/** Running an external tracer: its process, its output, and the process it traces. */
export * from "./read-lines.ts";
export * from "./tracer-process.ts";
export * from "./watch-process.ts";
