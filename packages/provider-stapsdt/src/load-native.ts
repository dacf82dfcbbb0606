/** Loading the native add-on, which may be missing: not built, or not for this machine. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Native } from "./native.ts";

/** The add-on, or why there is none. */
export type NativeResult =
  | { readonly native: Native; readonly reason?: never }
  | { readonly native?: never; readonly reason: string };

let loaded: NativeResult | undefined;

/** Loads the add-on at its first call. `TRACE_NATIVE=off` does without. */
export function loadNative(): NativeResult {
  if (process.env["TRACE_NATIVE"] === "off") return { reason: "TRACE_NATIVE is off" };
  loaded ??= load();
  return loaded;
}

function load(): NativeResult {
  if (process.platform !== "linux") return { reason: `no kernel tracer reads such probes on ${process.platform}` };
  try {
    const require = createRequire(import.meta.url);
    const build = require("node-gyp-build") as (directory: string) => Native;
    return { native: build(fileURLToPath(new URL("../addon", import.meta.url))) };
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { reason: `the native add-on cannot be loaded: ${line}` };
  }
}
