/** Runs a trace program in JavaScript: the IR compiled to functions, one a probe. */
export * from "./engine.ts";
export * from "./engine-capabilities.ts";
export * from "./program-probes.ts";
export { compileProgram, type EngineResult } from "./compile-program.ts";
