/** Programs built in TypeScript: probe arguments are typed from the provider's declaration. */
export * from "./values.ts";
export * from "./points.ts";
export * from "./declarations.ts";
export * from "./actions.ts";
export * from "./program-builder.ts";
export type { FormatArguments } from "./format.ts";
export { int8, int16, int32, int64, uint8, uint16, uint32, uint64, string } from "../value/type.ts";
