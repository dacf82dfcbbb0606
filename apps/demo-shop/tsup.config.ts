import { library } from "../../tooling/tsup/library.ts";

export default library({ entry: ["src/*.ts", "!src/*.test.ts"] });
