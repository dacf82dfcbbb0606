/** The entry of the `trace` command. */
import { createRequire } from "node:module";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

const args = process.argv.slice(2);
if (args.length === 1 && args[0] === "--version") {
  // Loading everything else would triple the time this takes.
  process.stdout.write(`${version}\n`);
} else {
  const { runCommandLine } = await import("./command-line.ts");
  await runCommandLine(args, version);
}
