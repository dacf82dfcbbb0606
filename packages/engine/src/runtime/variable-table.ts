/** Associative arrays: values by keys, nested Maps one a key, bounded. Unset elements are the empty value. */
import type { Int } from "@trace/core";

/** A value of a variable. */
export type VariableValue = Int | string;
type Level = Map<VariableValue, Level | VariableValue>;

/** Counts what finds no room, for all tables of an engine. */
export interface DropCount {
  dropped: number;
}

export class VariableTable {
  /** One key's Map; with more keys, of Maps. Generated code reads it. */
  readonly root: Level = new Map();
  private size = 0;
  private readonly depth: number;
  private readonly limit: number;
  private readonly empty: VariableValue;
  private readonly drops: DropCount;

  constructor(depth: number, limit: number, empty: VariableValue, drops: DropCount) {
    this.depth = depth;
    this.limit = limit;
    this.empty = empty;
    this.drops = drops;
  }

  /** Sets an element; the empty value frees its place. Returns `value` also where there was no room. */
  set<V extends VariableValue>(keys: readonly VariableValue[], value: V): V {
    if (value === this.empty) this.remove(this.root, keys, 0);
    else this.put(keys, value);
    return value;
  }

  private put(keys: readonly VariableValue[], value: VariableValue): void {
    let level = this.root;
    const last = this.depth - 1;
    for (let at = 0; at < last; at++) {
      const key = keys[at] as VariableValue;
      let next = level.get(key) as Level | undefined;
      if (next === undefined) {
        if (this.size >= this.limit) {
          this.drops.dropped++;
          return;
        }
        next = new Map();
        level.set(key, next);
      }
      level = next;
    }
    const key = keys[last] as VariableValue;
    if (!level.has(key)) {
      if (this.size >= this.limit) {
        this.drops.dropped++;
        return;
      }
      this.size++;
    }
    level.set(key, value);
  }

  private remove(level: Level, keys: readonly VariableValue[], at: number): void {
    const key = keys[at] as VariableValue;
    if (at === this.depth - 1) {
      if (level.delete(key)) this.size--;
      return;
    }
    const next = level.get(key) as Level | undefined;
    if (next === undefined) return;
    this.remove(next, keys, at + 1);
    if (next.size === 0) level.delete(key);
  }
}
