/** The call that a place of a script is in. */
import type { Span } from "@trace/core";
import type { CallNode } from "./ast/expression.ts";
import type { ProgramNode } from "./ast/program.ts";

/** A call, and which of its arguments holds the place: from 1, or 0 where none does. */
export interface EnclosingCall {
  readonly name: string;
  readonly arguments: CallNode["arguments"];
  readonly position: number;
}

/** The innermost call in `tree` that holds `span`, or is it. */
export function enclosingCall(tree: ProgramNode, span: Span): EnclosingCall | undefined {
  const call = innermost(tree, span);
  if (call?.callee.kind !== "identifier") return undefined;
  const position = call.arguments.findIndex((argument) => holds(argument, span)) + 1;
  return { name: call.callee.name, arguments: call.arguments, position };
}

function innermost(node: object, span: Span): CallNode | undefined {
  for (const child of Object.values(node)) {
    if (typeof child !== "object" || child === null) continue;
    if ("span" in child && !holds(child as { readonly span: Span }, span)) continue;
    const inner = innermost(child as object, span);
    if (inner !== undefined) return inner;
  }
  return "kind" in node && node.kind === "call" ? (node as CallNode) : undefined;
}

function holds(node: { readonly span: Span }, span: Span): boolean {
  return node.span.start <= span.start && span.end <= node.span.end;
}
