/** Runs trace programs through DTrace. */
export { dtraceBackend, type DtraceOptions } from "./dtrace-backend.ts";
