/** The D language: scripts of DTrace, parsed, checked and lowered to programs; and programs printed as D. */
export * from "./d-language.ts";
export * from "./dtrace-message.ts";
export { printD, printDeclaration } from "./print/print-d.ts";
export { identifier, stringConstant } from "./print/names.ts";
export { printExpression } from "./print/print-expression.ts";
export { printPoint, printTimer } from "./print/print-point.ts";
export type * from "./ast/name.ts";
export type * from "./ast/expression.ts";
export type * from "./ast/type.ts";
export type * from "./ast/program.ts";
