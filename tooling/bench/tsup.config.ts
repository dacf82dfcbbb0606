import { library } from "../../tooling/tsup/library.ts";

export default library({ entry: ["src/main.ts", "src/*.bench.ts", "src/reporter-memory.ts"] });
