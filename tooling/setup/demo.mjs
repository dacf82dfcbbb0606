// `npm run demo`: set up, then trace the demo shop.
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { runInForeground, runMain } from "./step.mjs";
import { root } from "./workspace.mjs";

await runMain(async () => {
  await setUp();
  return runInForeground(process.execPath, [
    join(root, "apps/demo-shop/dist/demo.js"),
    ...process.argv.slice(2),
  ]);
});
