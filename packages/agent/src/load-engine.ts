/** Loading the engine not before a tracer attaches: most processes never need it. */
import { createRequire } from "node:module";
import type * as Engine from "@trace/engine";

let engine: typeof Engine | undefined;

/**
 * The engine. Loaded by `require`, for a program may arrive while the event loop is busy and an `import` would never
 * be done.
 */
export function loadEngine(): typeof Engine {
  engine ??= createRequire(import.meta.url)("@trace/engine") as typeof Engine;
  return engine;
}

/** Hands in the engine that the process has loaded anyway, or that a bundler has put where `require` finds none. */
export function useEngine(loaded: typeof Engine): void {
  engine = loaded;
}
