import { defineConfig } from "tsup";
import type { Options } from "tsup";

/**
 * The build of a package: bundled ES modules with source maps, one per entry. Declarations are not
 * made here but by one `tsc -b` for the whole workspace.
 */
export function library(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ["src/index.ts"],
    format: "esm",
    platform: "node",
    target: "node20",
    dts: false,
    sourcemap: true,
    clean: true,
    silent: true,
    ...options,
  });
}
