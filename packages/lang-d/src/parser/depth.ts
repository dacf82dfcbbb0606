/** Keeps trees flat enough to walk by recursion, whatever their shape. */
import type { Node } from "../ast/name.ts";

/** Levels of a tree that every walk of it can take. Operators in a row, `1 + 1 + 1 ...`, each add one. */
const DEEPEST = 600;

/** The first node of `root` that lies too deep, if any. Walks without recursion. */
export function tooDeepNode(root: Node): Node | undefined {
  const pending: { value: object; depth: number }[] = [{ value: root, depth: 0 }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, depth } = item;
    if (depth > DEEPEST && "span" in value) return value as Node;
    const deeper = depth + (Array.isArray(value) ? 0 : 1);
    for (const child of Object.values(value))
      if (typeof child === "object" && child !== null)
        pending.push({ value: child as object, depth: deeper });
  }
  return undefined;
}
