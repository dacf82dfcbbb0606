import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Packages are resolved to their sources, so that tests need no build. */
const conditions = ["@trace/source", "module", "node", "development"];

const unitProjects = ["packages", "apps", "tooling"].flatMap((group) =>
  readdirSync(group)
    .filter((name) => existsSync(`${group}/${name}/package.json`))
    .map((name) => ({
      extends: true as const,
      test: { name, root: `${group}/${name}`, include: ["src/**/*.test.ts"] },
    })),
);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    passWithNoTests: true,
    projects: unitProjects,
  },
});
