/** Keeps trees flat enough to walk by recursion, whatever their shape. */
import type { Node } from "./name.ts";

/** The first node of `root` that lies deeper than `deepest` levels, if any. Walks without recursion. */
export function tooDeepNode(root: object, deepest: number): Node | undefined {
  const pending: { value: object; depth: number }[] = [{ value: root, depth: 0 }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, depth } = item;
    if (depth > deepest && "span" in value) return value as Node;
    const deeper = depth + (Array.isArray(value) ? 0 : 1);
    for (const child of Object.values(value))
      if (typeof child === "object" && child !== null)
        pending.push({ value: child as object, depth: deeper });
  }
  return undefined;
}
