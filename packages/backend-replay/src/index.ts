/** Runs a trace program over a recording. */
export { replayBackend } from "./replay-backend.ts";
