// The native add-on of @trace/provider-stapsdt, built for this machine.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { run, step } from "./step.mjs";
import { root, unlessDone } from "./workspace.mjs";

const packageDir = join(root, "packages/provider-stapsdt");
const addonDir = join(packageDir, "addon");

/** Builds the add-on where that is possible; elsewhere says in one line that native probes are off. */
export async function buildAddon() {
  if (!existsSync(join(addonDir, "binding.gyp"))) return;
  const reason = whyNotBuildable();
  if (reason) {
    console.error(`  native probes are off: ${reason}`);
    return;
  }
  const args = ["run", "build:addon", ...headersOfThisNode()];
  const facts = [process.platform, process.arch, process.versions.node];
  await unlessDone(
    join(addonDir, "build/.inputs"),
    [...addonSources(), join(packageDir, "package.json")],
    facts,
    () => step("build the native add-on", () => run("pnpm", args, { cwd: packageDir })),
  );
}

function whyNotBuildable() {
  if (process.platform !== "linux") return `they need Linux, this is ${process.platform}`;
  const compiler = process.env.CXX ?? "g++";
  const missing = [compiler, "make", "python3"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
  return missing.length > 0 && `building them needs ${missing.join(", ")}, not found on PATH`;
}

/** Node's own headers where they are installed with it, so that nothing is downloaded. */
function headersOfThisNode() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include/node/node_api.h")) ? [`--nodedir=${prefix}`] : [];
}

function addonSources() {
  return readdirSync(addonDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(join(addonDir, "build/")));
}
