// `npm test`: set up, in CI also get the tracers, then run the unit and end-to-end tests. Arguments go
// to vitest.
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { runInForeground, runMain } from "./step.mjs";
import { provideTracers } from "./tracers.mjs";
import { root } from "./workspace.mjs";

await runMain(async () => {
  await setUp();
  const tracers = process.env.CI ? await provideTracers() : {};
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  return runInForeground(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, ...tracers },
  });
});
