/** The D language: scripts of DTrace, parsed, checked and lowered to programs. */
export * from "./d-language.ts";
export type * from "./ast/name.ts";
export type * from "./ast/expression.ts";
export type * from "./ast/type.ts";
export type * from "./ast/program.ts";
