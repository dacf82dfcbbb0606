/** The embedded backend: traces Node processes through the agent inside them. */
export { embeddedBackend } from "./backend.ts";
export { traceHere } from "./trace-here.ts";
