export { describeWith, requireTool } from "./require-tool.ts";
export { missing } from "./tools.ts";
export type { Tool } from "./tools.ts";
