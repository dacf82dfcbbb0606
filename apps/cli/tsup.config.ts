import { library } from "../../tooling/tsup/library.ts";

export default library({
  entry: ["src/main.ts"],
  // The many small files of yargs take longer to load than all of ours: here they are one.
  noExternal: ["yargs"],
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
});
