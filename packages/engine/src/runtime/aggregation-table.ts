/** The elements of one aggregation: states by keys, nested Maps one a key, bounded. */
import {
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  truncateRows,
  type Int,
} from "@trace/core";
import {
  addToBucketState,
  mergeCoreState,
  newState,
  placesOf,
  toCoreState,
  type BucketRoom,
  type BucketState,
  type State,
} from "./states.ts";

type Key = Int | string;
type Level = Map<unknown, Level | State>;

/** Places for buckets in all of an aggregation's elements: 32 MB. */
const BUCKET_PLACES = 4_194_304;

export class AggregationTable {
  readonly declaration: AggregationDeclaration;
  /** The only state of an aggregation without keys, once it has one. Generated code reads it. */
  only: State | undefined = undefined;
  /** One key's Map; with more keys, of Maps. Generated code reads it. */
  root: Level = new Map();
  normalization: Int | undefined = undefined;
  dropped = 0;
  private size = 0;
  private readonly limit: number;
  private readonly room: BucketRoom = { places: BUCKET_PLACES };

  constructor(declaration: AggregationDeclaration, limit: number) {
    this.declaration = declaration;
    this.limit = limit;
  }

  /** The state of an aggregation without keys. */
  makeOnly(): State {
    this.only ??= newState(this.declaration.function);
    return this.only;
  }

  /** The state of an element by its keys, which need not be there yet. */
  make(...keys: readonly unknown[]): State {
    let level = this.root;
    for (const [at, key] of keys.entries()) {
      const isLast = at === keys.length - 1;
      let next = level.get(key);
      if (next === undefined) {
        if (this.size >= this.limit) return this.drop();
        if (isLast) this.size++;
        next = isLast ? newState(this.declaration.function) : new Map();
        level.set(key, next);
      }
      if (!(next instanceof Map)) return next;
      level = next;
    }
    return this.makeOnly();
  }

  /** Counts a lost update; takes it in a state that nobody reads. */
  private drop(): State {
    this.dropped++;
    return newState(this.declaration.function);
  }

  /** Adds `weight` to a bucket that may have no place yet. */
  addToBucket(state: BucketState, index: number, weight: Int): void {
    if (!addToBucketState(state, index, weight, this.room)) this.dropped++;
  }

  /** Gives every element the empty state; the keys stay. */
  clear(): void {
    const keys = [...this.elements()].map(([keys]) => keys);
    this.removeAll();
    for (const one of keys) this.make(...one);
  }

  /** Removes all elements. */
  removeAll(): void {
    this.only = undefined;
    this.root = new Map();
    this.size = 0;
    this.room.places = BUCKET_PLACES;
  }

  /** Keeps the `count` elements that come last in the order of output (negative: that come first). */
  truncate(count: Int): void {
    const rows = [...this.elements()].map(([keys, own]) => ({
      keys,
      own,
      state: toCoreState(this.declaration.function, own),
    }));
    const kept = truncateRows(this.declaration, rows, count);
    this.removeAll();
    for (const { keys, own } of kept) this.put(keys, own);
  }

  private put(keys: readonly Key[], state: State): void {
    this.room.places -= placesOf(state);
    if (keys.length === 0) {
      this.only = state;
      return;
    }
    let level = this.root;
    for (const key of keys.slice(0, -1)) {
      const next = (level.get(key) as Level | undefined) ?? new Map();
      level.set(key, next);
      level = next;
    }
    level.set(keys.at(-1), state);
    this.size++;
  }

  snapshot(): AggregationSnapshot {
    const { name, function: fn } = this.declaration;
    const rows: AggregationRow[] = [];
    for (const [keys, state] of this.elements()) rows.push({ keys, state: toCoreState(fn, state) });
    return { name, rows, ...(this.normalization === undefined ? {} : { normalization: this.normalization }) };
  }

  /** Adds the rows of a snapshot of the same aggregation. */
  merge(snapshot: AggregationSnapshot): void {
    for (const { keys, state } of snapshot.rows) {
      if (keys.length !== this.declaration.keys.length) continue;
      if (!mergeCoreState(this.make(...keys), state, this.room)) this.dropped++;
    }
  }

  private *elements(): Generator<[readonly Key[], State]> {
    if (this.only !== undefined) yield [[], this.only];
    yield* elementsOf(this.root, []);
  }
}

function* elementsOf(level: Level, keys: readonly Key[]): Generator<[readonly Key[], State]> {
  for (const [key, inner] of level) {
    const path = [...keys, key as Key];
    if (inner instanceof Map) yield* elementsOf(inner, path);
    else yield [path, inner];
  }
}
