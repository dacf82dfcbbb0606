import type { Capability } from "@trace/core";
export const capabilities: ReadonlySet<Capability> = new Set();
