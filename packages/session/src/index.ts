/** The host of a trace: chooses a backend, starts or attaches to the target, pumps events to reporters, cleans up. */
export * from "./choose-backend.ts";
export * from "./find-probes.ts";
export * from "./match-program.ts";
export * from "./report-events.ts";
export * from "./run-session.ts";
export * from "./sinks.ts";
export * from "./trace.ts";
export { findExecutable, type CommandEnd } from "./target/held-command.ts";
export type { TargetRequest } from "./target/target-request.ts";
