// Where things are in this workspace, and whether a step's inputs changed since it last ran.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What set-up keeps between runs. pnpm leaves dot folders of node_modules alone. */
export const cacheDir = join(root, "node_modules/.cache/trace");

/** The package.json of every package of the workspace. */
export function manifests() {
  const folders = ["packages", "apps", "tooling"].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name)),
  );
  return [root, ...folders, join(root, "test-e2e")]
    .map((folder) => join(folder, "package.json"))
    .filter((file) => existsSync(file));
}

/** @returns {{ packageManager: string, engines: { node: string } }} */
export function rootManifest() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

/**
 * Does the work unless it was done before with the same inputs.
 * @param {string} stampFile holds the hash of the inputs of the last success
 * @param {readonly string[]} files contents that count
 * @param {readonly string[]} facts whatever else counts
 * @param {() => Promise<unknown>} work
 */
export async function unlessDone(stampFile, files, facts, work) {
  const hash = createHash("sha256");
  for (const fact of facts) hash.update(`${fact}\0`);
  for (const file of [...files].sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  const stamp = hash.digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  await work();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}
