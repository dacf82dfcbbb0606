/** Where the frames of a flame graph are. */
import { addInt, type Int } from "@trace/core";
import type { FlameNode, FlameProfile } from "./flame-tree.ts";
import type { Frame } from "./frame.ts";

/** A frame as it is drawn: a row, and a part of the width. */
export interface FlameBox {
  readonly frame: Frame;
  /** 0 for the root. */
  readonly depth: number;
  /** Sum of this path and all that go on from it. */
  readonly total: Int;
  readonly self: Int;
  /** Left edge, and width, as parts of the whole, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

/** A laid out graph. */
export interface FlameLayout {
  /** Each frame before those it calls, and these from left to right, the widest first. */
  readonly boxes: readonly FlameBox[];
  readonly total: Int;
  readonly depth: number;
  /** Paths that were too narrow to ever see. */
  readonly hidden: number;
}

/** Parts of the whole below which a frame is not drawn at any zoom. */
const NARROWEST = 1 / 50_000;

/** Lays `profile` out. */
export function layOut(profile: FlameProfile): FlameLayout {
  const totals = new Map<FlameNode, Int>();
  const total = sumUp(profile.root, totals);
  const whole = Number(total);
  const boxes: FlameBox[] = [];
  let hidden = 0;
  let deepest = 0;
  const place = (node: FlameNode, depth: number, left: number): void => {
    const own = totals.get(node) ?? 0;
    boxes.push({ frame: node.frame, depth, total: own, self: node.self, left, width: part(own, whole) });
    deepest = Math.max(deepest, depth);
    let at = left;
    const children = [...node.children.values()].map((child) => ({ child, size: Number(totals.get(child)) }));
    for (const { child, size } of children.sort((a, b) => b.size - a.size)) {
      const width = part(size, whole);
      if (width < NARROWEST) hidden++;
      else place(child, depth + 1, at);
      at += width;
    }
  };
  place(profile.root, 0, 0);
  return { boxes, total, depth: deepest, hidden };
}

function part(value: Int, whole: number): number {
  return whole === 0 ? 1 : Number(value) / whole;
}

function sumUp(node: FlameNode, totals: Map<FlameNode, Int>): Int {
  let total = node.self;
  for (const child of node.children.values()) total = addInt(total, sumUp(child, totals));
  totals.set(node, total);
  return total;
}
