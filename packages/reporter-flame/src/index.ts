/** Profiles of a run: collapsed stacks, speedscope, pprof, and flame graphs in SVG. */
export { flameReporter, type FlameFormat, type FlameReporterOptions } from "./flame-reporter.ts";
export type { FlameUnit } from "./flame-tree.ts";
export { perfMapPaths } from "./perf-map.ts";
