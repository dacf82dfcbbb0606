// pnpm bench [--smoke] [NAME...]: runs the built benchmarks whose file name holds one of the names, or all.
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { createBench } from "./bench.ts";
import type { BenchModule } from "./bench.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: "boolean", default: false } },
});
const bench = createBench(values.smoke, console.log);
const here = new URL(".", import.meta.url);

const files = readdirSync(here).filter((name) => name.endsWith(".bench.js"));
const chosen = files.filter(
  (file) => positionals.length === 0 || positionals.some((name) => file.includes(name)),
);

for (const file of chosen) {
  const module = (await import(new URL(file, here).href)) as BenchModule;
  console.log(`\n# ${file.slice(0, -".bench.js".length)}`);
  await module.run(bench);
}
if (chosen.length === 0 && positionals.length > 0) {
  console.error(`no benchmark is named like ${positionals.join(", ")}; there are: ${files.join(", ")}`);
  process.exitCode = 1;
}
