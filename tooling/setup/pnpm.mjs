// pnpm of exactly the version that package.json names: the one on PATH, or a private copy.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, step } from "./step.mjs";
import { cacheDir, root, rootManifest } from "./workspace.mjs";

/**
 * Makes `pnpm` of the pinned version the first on PATH of this process and its children (turbo
 * starts it by name).
 */
export async function providePnpm() {
  const pinned = rootManifest().packageManager;
  const version = pinned.slice("pnpm@".length);
  const onPath = spawnSync("pnpm", ["--version"], { cwd: root, encoding: "utf8" });
  if (onPath.stdout?.trim() === version) return;

  const prefix = join(cacheDir, pinned);
  const bin = join(prefix, "node_modules/.bin");
  if (!existsSync(join(bin, "pnpm"))) {
    await step(`get ${pinned}`, () =>
      run("npm", ["install", "--prefix", prefix, "--no-audit", "--no-fund", "--no-save", pinned]),
    );
  }
  process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
}
