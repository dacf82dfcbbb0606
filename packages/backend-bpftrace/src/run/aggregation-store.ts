/** The aggregations as the maps that bpftrace printed tell them, with what clear, trunc and normalize make of them. */
import {
  keyIdentity,
  normalizeInt,
  truncateRows,
  truncateText,
  wrapInt,
  type AggregationDeclaration,
  type AggregationRow,
  type AggregationSnapshot,
  type Int,
  type Value,
} from "@trace/core";
import { decodeState, type Slots } from "../compile/aggregation-encoding.ts";
import { aggregatedType, stringTables, type AggregationMap } from "../compile/script-context.ts";
import type { CompiledScript } from "../compile/compile-script.ts";
import { asInteger, isObject, type Json } from "./read-json.ts";

/** One element as bpftrace has it. */
interface Element {
  readonly keys: readonly Value[];
  readonly slots: Map<Int, Int>;
}

/** What the program did to an aggregation, beyond what bpftrace's map shows. */
interface History {
  /** What had been counted when it was cleared or an element was dropped, by identity of the key. */
  readonly before: Map<string, Slots>;
  /** Keys that were dropped: they show only when something came since. */
  readonly dropped: Set<string>;
  /** Keys of min and max from before it was cleared: they show, empty. */
  readonly cleared: Map<string, readonly Value[]>;
  normalization: Int | undefined;
  /** The elements that were shown last. */
  shown: ReadonlyMap<string, Element>;
}

export class AggregationStore {
  readonly #script: CompiledScript;
  readonly #declarations: ReadonlyMap<string, AggregationDeclaration>;
  readonly #maps: ReadonlyMap<string, AggregationMap>;
  /** Printed maps, by name. */
  readonly #printed = new Map<string, Json>();
  readonly #strings = new Map<Int, string>();
  readonly #histories = new Map<string, History>();
  #lostKeys = 0;

  constructor(declarations: readonly AggregationDeclaration[], script: CompiledScript) {
    this.#script = script;
    this.#declarations = new Map(declarations.map((one) => [one.name, one]));
    this.#maps = new Map(script.maps.map((map) => [map.aggregation.name, map]));
  }

  /** Forgets the printed maps of `names`: they are about to be printed anew, unless they are empty. */
  expect(names: Iterable<string>): void {
    for (const name of names) {
      const map = this.#maps.get(name);
      if (map !== undefined) this.#printed.delete(map.name);
    }
  }

  expectAll(): void {
    this.expect(this.#maps.keys());
  }

  /** A map was printed: `data` is the value of the one member of bpftrace's `data`. */
  mapPrinted(name: string, data: Json): void {
    const isTable = this.#script.tables.some((table) => stringTables[table].strings === name);
    if (!isTable) {
      this.#printed.set(name, data);
      return;
    }
    if (!isObject(data)) return;
    for (const [key, text] of data.members) {
      const number = asInteger(key);
      if (number !== undefined && typeof text === "string")
        this.#strings.set(number, truncateText(text, this.#script.limits.textSize));
    }
  }

  /** The aggregation by the map printed last. */
  snapshot(name: string): AggregationSnapshot {
    const declaration = this.#declarations.get(name);
    const map = this.#maps.get(name);
    const history = this.#history(name);
    const rows: AggregationRow[] = [];
    if (declaration !== undefined && map !== undefined) {
      const elements = this.#elements(map);
      history.shown = elements;
      const type = aggregatedType(declaration);
      for (const [identity, { keys, slots }] of elements) {
        const since = subtract(slots, history.before.get(identity));
        if (history.dropped.has(identity) && [...since.values()].every((value) => value === 0)) continue;
        rows.push({ keys, state: decodeState(declaration.function, type, since) });
      }
      for (const [identity, keys] of history.cleared) {
        if (!elements.has(identity))
          rows.push({ keys, state: decodeState(declaration.function, type, new Map()) });
      }
    }
    const { normalization } = history;
    return { name, rows, ...(normalization === undefined ? {} : { normalization }) };
  }

  /**
   * `clear` was executed: what the map shows that was printed for it counts no more. `shown`: what the last printa showed,
   * so that nothing that came since is lost.
   */
  clear(name: string, shown: boolean): void {
    const map = this.#maps.get(name);
    if (map === undefined) return;
    const history = this.#history(name);
    const { name: fn } = map.aggregation.function;
    const elements = shown ? history.shown : this.#elements(map);
    for (const [identity, { keys, slots }] of elements) {
      // Of min and max the map itself was cleared.
      if (fn === "min" || fn === "max") history.cleared.set(identity, keys);
      else history.before.set(identity, slots);
    }
  }

  /** `trunc` without a count was executed, which bpftrace did itself. */
  empty(name: string): void {
    const history = this.#history(name);
    history.before.clear();
    history.dropped.clear();
    history.cleared.clear();
    const map = this.#maps.get(name);
    if (map !== undefined) this.#printed.delete(map.name);
  }

  /** Keeps the `count` elements of the greatest value (negative: of the least) of those that the map shows. */
  truncate(name: string, count: Int): void {
    const declaration = this.#declarations.get(name);
    if (declaration === undefined) return;
    const history = this.#history(name);
    const { rows } = this.snapshot(name);
    const kept = new Set(truncateRows(declaration, rows, count).map(({ keys }) => keyIdentity(keys)));
    for (const { keys } of rows) {
      const identity = keyIdentity(keys);
      if (kept.has(identity)) continue;
      const slots = history.shown.get(identity)?.slots;
      if (slots === undefined) continue;
      history.before.set(identity, slots);
      history.dropped.add(identity);
    }
  }

  normalize(name: string, factor: Int | undefined): void {
    this.#history(name).normalization = factor;
  }

  /** Elements whose key was lost since this was last asked: the table of strings was full. */
  takeLostKeys(): number {
    const lost = this.#lostKeys;
    this.#lostKeys = 0;
    return lost;
  }

  #history(name: string): History {
    let history = this.#histories.get(name);
    if (history === undefined) {
      history = {
        before: new Map(),
        dropped: new Set(),
        cleared: new Map(),
        normalization: undefined,
        shown: new Map(),
      };
      this.#histories.set(name, history);
    }
    return history;
  }

  /** The elements of a printed map. Two numbers of one string, given on two CPUs at once, are one key. */
  #elements(map: AggregationMap): ReadonlyMap<string, Element> {
    const elements = new Map<string, Element>();
    const data = this.#printed.get(map.name);
    if (!isObject(data)) return elements;
    for (const [key, value] of data.members) {
      const parts = key.split(",").map((part) => asInteger(part) ?? 0);
      const keys = this.#keys(map, parts);
      if (keys === undefined) {
        this.#lostKeys++;
        continue;
      }
      const identity = keyIdentity(keys);
      let element = elements.get(identity);
      if (element === undefined) {
        element = { keys, slots: new Map() };
        elements.set(identity, element);
      }
      const slot = map.slot ? (parts.at(-1) ?? 0) : 0;
      const known = element.slots.get(slot);
      const read = asInteger(value) ?? 0;
      element.slots.set(slot, known === undefined ? read : combine(map, known, read));
    }
    return elements;
  }

  #keys(map: AggregationMap, parts: readonly Int[]): readonly Value[] | undefined {
    const keys: Value[] = [];
    for (const [index, kind] of map.keys.entries()) {
      const part = parts[index] ?? 0;
      const type = map.aggregation.keys[index];
      const value =
        kind === "string" ? this.#string(part) : type?.kind === "integer" ? wrapInt(part, type) : part;
      if (value === undefined) return undefined;
      keys.push(value);
    }
    return keys;
  }

  #string(number: Int): string | undefined {
    if (number < 0) {
      const constant = this.#script.constants[-1 - Number(number)];
      if (constant !== undefined) return constant;
    }
    return this.#strings.get(number);
  }
}

function combine(map: AggregationMap, a: Int, b: Int): Int {
  const { name } = map.aggregation.function;
  if (name === "min" || name === "max") return a > b ? a : b;
  return normalizeInt(BigInt.asIntN(64, BigInt(a) + BigInt(b)));
}

/** What came since `before`, slot by slot, in 64 bits. */
function subtract(slots: Slots, before: Slots | undefined): Slots {
  if (before === undefined) return slots;
  const since = new Map<Int, Int>();
  for (const [slot, value] of slots) {
    const difference = BigInt(value) - BigInt(before.get(slot) ?? 0);
    since.set(slot, normalizeInt(BigInt.asIntN(64, difference)));
  }
  return since;
}
