/** Loading the native add-on, which may be missing: not built, or not for this machine. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
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
  if (process.platform !== "linux")
    return { reason: `no kernel tracer reads such probes on ${process.platform}` };
  try {
    const require = createRequire(import.meta.url);
    const directory = fileURLToPath(new URL("../addon", import.meta.url));
    const built = join(directory, "build/Release/trace_stapsdt.node");
    // Looking for a prebuilt one takes longer than all the rest of making a provider.
    if (existsSync(built)) return { native: require(built) as Native };
    const find = require("node-gyp-build") as (directory: string) => Native;
    return { native: find(directory) };
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { reason: `the native add-on cannot be loaded: ${line}` };
  }
}
