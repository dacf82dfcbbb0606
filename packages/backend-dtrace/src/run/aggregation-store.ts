/** The aggregations as DTrace printed them, with what clear, trunc and normalize make of them. */
import {
  keyIdentity,
  truncateRows,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type AggregationState,
  type Int,
  type Value,
} from "@trace/core";
import {
  canSubtract,
  decodeState,
  isEmptyState,
  subtractState,
  type PartValue,
} from "../compile/aggregation-parts.ts";

/** One element as DTrace has it: a value for each part. */
interface Element {
  readonly keys: readonly Value[];
  readonly parts: (PartValue | undefined)[];
}

interface Kept {
  readonly declaration: AggregationDeclaration;
  readonly elements: Map<string, Element>;
  /** What had come when it was cleared or an element was dropped, by identity of the key. */
  readonly before: Map<string, AggregationState>;
  /** Elements that were dropped: they show only when something came since. */
  readonly dropped: Set<string>;
  normalization: Int | undefined;
}

export class AggregationStore {
  readonly #kept: readonly Kept[];

  constructor(declarations: readonly AggregationDeclaration[]) {
    this.#kept = declarations.map((declaration) => ({
      declaration,
      elements: new Map(),
      before: new Map(),
      dropped: new Set(),
      normalization: undefined,
    }));
  }

  declaration(index: number): AggregationDeclaration | undefined {
    return this.#kept[index]?.declaration;
  }

  /** The rows of an aggregation come next. */
  begin(index: number): void {
    this.#kept[index]?.elements.clear();
  }

  add(index: number, part: number, keys: readonly Value[], value: PartValue): void {
    const kept = this.#kept[index];
    if (kept === undefined) return;
    const identity = keyIdentity(keys);
    let element = kept.elements.get(identity);
    if (element === undefined) {
      element = { keys, parts: [] };
      kept.elements.set(identity, element);
    }
    element.parts[part] = value;
  }

  /** The aggregation by the rows that came last. */
  snapshot(index: number): AggregationSnapshot | undefined {
    const kept = this.#kept[index];
    if (kept === undefined) return undefined;
    const rows: AggregationRow[] = [];
    for (const [identity, { keys, parts }] of kept.elements) {
      const state = decodeState(kept.declaration, parts);
      const before = kept.before.get(identity);
      const since = before === undefined ? state : subtractState(state, before);
      if (!kept.dropped.has(identity) || !isEmptyState(since)) rows.push({ keys, state: since });
    }
    const { normalization } = kept;
    return { name: kept.declaration.name, rows, ...(normalization === undefined ? {} : { normalization }) };
  }

  all(): readonly AggregationSnapshot[] {
    return this.#kept.flatMap((_, index) => this.snapshot(index) ?? []);
  }

  indexOf(name: string): number {
    return this.#kept.findIndex(({ declaration }) => declaration.name === name);
  }

  /** `clear` was executed. */
  clear(index: number): void {
    const kept = this.#kept[index];
    if (kept === undefined || !canSubtract(kept.declaration)) return;
    for (const [identity, { parts }] of kept.elements)
      kept.before.set(identity, decodeState(kept.declaration, parts));
  }

  /** `trunc` was executed. DTrace keeps the elements and goes on with them. */
  truncate(index: number, count: Int): void {
    const kept = this.#kept[index];
    if (kept === undefined || !canSubtract(kept.declaration)) return;
    const shown = this.snapshot(index)?.rows ?? [];
    const stay = new Set(truncateRows(kept.declaration, shown, count).map(({ keys }) => keyIdentity(keys)));
    for (const [identity, { parts }] of kept.elements) {
      if (stay.has(identity)) continue;
      kept.before.set(identity, decodeState(kept.declaration, parts));
      kept.dropped.add(identity);
    }
  }

  normalize(index: number, factor: Int | undefined): void {
    const kept = this.#kept[index];
    if (kept !== undefined) kept.normalization = factor;
  }
}
