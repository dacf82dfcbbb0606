import { fileURLToPath } from "node:url";
import { library } from "../../tooling/tsup/library.ts";

export default library({
  entry: ["src/main.ts"],
  // The many small files of yargs take longer to load than all of ours: here they are one. It measures the width of
  // help texts by an expression that takes 20 ms to compile; ours are ASCII.
  noExternal: ["yargs"],
  esbuildOptions(options) {
    options.alias = { "string-width": fileURLToPath(new URL("src/ascii-width.ts", import.meta.url)) };
  },
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
});
