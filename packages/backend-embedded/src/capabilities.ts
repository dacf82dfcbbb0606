/** What the embedded backend can do. */
import type { Capability } from "@trace/core";
import { engineCapabilities } from "@trace/engine";

/** JavaScript has no errno to read. */
const MISSING: readonly Capability[] = ["builtin:errno"];

/** All that the engine runs, of the probes that a Node process has. */
export const capabilities: ReadonlySet<Capability> = new Set<Capability>([
  ...engineCapabilities.filter((capability) => !MISSING.includes(capability)),
  "probe:usdt",
]);
