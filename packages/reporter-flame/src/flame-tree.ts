/** Stacks merged: a tree in which each path from the root is a call path. */
import { addInt, type Int } from "@trace/core";
import { frameIdentity, type Frame } from "./frame.ts";

/** What the values of a profile are. */
export type FlameUnit = "count" | "nanoseconds" | "bytes" | "none";

/** One call path. `self` is what was measured with this frame innermost. */
export interface FlameNode {
  readonly frame: Frame;
  /** 0 for the root. */
  readonly depth: number;
  self: Int;
  readonly children: Map<string, FlameNode>;
}

/** A tree, of one kind of measurement. */
export interface FlameProfile {
  /** `@` and the aggregation's name, `samples`, or `calls`. */
  readonly name: string;
  readonly unit: FlameUnit;
  readonly root: FlameNode;
}

export function newProfile(name: string, unit: FlameUnit): FlameProfile {
  return { name, unit, root: newNode({ kind: "key", name: "all" }, 0) };
}

function newNode(frame: Frame, depth: number): FlameNode {
  return { frame, depth, self: 0, children: new Map() };
}

/** Frames of a path: deeper ones count for the last of them. Nobody looks further, and trees are walked by recursion. */
const MAX_DEPTH = 1_000;

/** Where values end up whose path has no place. */
const OTHER: Frame = { kind: "unknown", name: "[other]" };

/** Grows trees within a bound on their nodes together. */
export class NodeBudget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  /** The child of `parent` for `frame`; past the bound a node `[other]` that stands for all new ones. */
  child(parent: FlameNode, frame: Frame): FlameNode {
    const found = parent.children.get(frameIdentity(frame));
    if (found !== undefined) return found;
    if (parent.depth >= MAX_DEPTH) return parent;
    if (this.#left > 0) {
      this.#left--;
      return addChild(parent, frame);
    }
    if (parent.frame === OTHER) return parent;
    return parent.children.get(frameIdentity(OTHER)) ?? addChild(parent, OTHER);
  }

  /** Adds `value` to the path of `frames`, outermost first. */
  add(root: FlameNode, frames: Iterable<Frame>, value: Int): void {
    let node = root;
    for (const frame of frames) node = this.child(node, frame);
    node.self = addInt(node.self, value);
  }
}

function addChild(parent: FlameNode, frame: Frame): FlameNode {
  const node = newNode(frame, parent.depth + 1);
  parent.children.set(frameIdentity(frame), node);
  return node;
}

/** A path with a value of its own. */
export interface FlamePath {
  /** Outermost first, without the root. Valid until the next path is taken. */
  readonly frames: readonly Frame[];
  readonly value: Int;
}

/** All paths that have a value, ordered by their frames' names. */
export function* flamePaths(profile: FlameProfile): Generator<FlamePath> {
  const frames: Frame[] = [];
  function* visit(node: FlameNode): Generator<FlamePath> {
    if (node.self > 0) yield { frames, value: node.self };
    for (const child of sortedChildren(node)) {
      frames.push(child.frame);
      yield* visit(child);
      frames.pop();
    }
  }
  yield* visit(profile.root);
}

function sortedChildren(node: FlameNode): FlameNode[] {
  return [...node.children.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, child]) => child);
}
