// Makes a fresh clone ready to run: pnpm, dependencies, native add-on, packages. Needs nothing but
// Node and npm (and make, g++ and python3 for the add-on); what is up to date is not done again.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAddon } from "./addon.mjs";
import { providePnpm } from "./pnpm.mjs";
import { run, runMain, step } from "./step.mjs";
import { cacheDir, manifests, root, rootManifest, unlessDone } from "./workspace.mjs";

export async function setUp() {
  checkNode();
  await providePnpm();
  await installDependencies();
  await buildAddon();
  // turbo knows by itself what changed.
  await step("build the packages", () =>
    run("pnpm", ["exec", "turbo", "run", "build"], {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
    }),
  );
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  console.error(`trace needs Node ${rootManifest().engines.node}; this is ${process.version}`);
  process.exit(1);
}

async function installDependencies() {
  const inputs = [...manifests(), join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml")];
  const args = ["install", "--frozen-lockfile", "--prefer-offline", "--config.confirm-modules-purge=false"];
  await unlessDone(join(cacheDir, "installed"), inputs, [process.platform, process.arch], () =>
    step("install the dependencies", () => run("pnpm", args, { cwd: root })),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(setUp);
