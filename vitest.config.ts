import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { CountLineReporter } from "./tooling/vitest/count-line-reporter.ts";

/** Packages are resolved to their sources, so that unit tests need no build. */
const conditions = ["@trace/source", "module", "node", "development"];

/** One project a package, named after its folder: `vitest run --project engine`. */
const unitProjects = ["packages", "apps", "tooling"].flatMap((group) =>
  readdirSync(group)
    .filter((name) => existsSync(`${group}/${name}/package.json`))
    .map((name) => ({
      extends: true as const,
      test: { name, root: `${group}/${name}`, include: ["src/**/*.test.ts"] },
    })),
);

/**
 * The built command and real tracers: after the unit tests, one file after the other, since they
 * compete for the machine and for the probes of the same libraries.
 */
const endToEndProject = {
  extends: true as const,
  test: {
    name: "test-e2e",
    root: "test-e2e",
    include: ["**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks" as const,
    maxWorkers: 1,
    sequence: { groupOrder: 1 },
  },
};

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    passWithNoTests: true,
    reporters: ["default", new CountLineReporter()],
    coverage: { include: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"] },
    projects: [...unitProjects, endToEndProject],
  },
});
