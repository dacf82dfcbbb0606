/** The values of records, each with a name. */
import { keyIdentity } from "../aggregation/merge-snapshots.ts";
import type { RecordEvent } from "../event/trace-event.ts";
import type { OutputStatement } from "../ir/statement.ts";
import type { ProbeDescription } from "../probe/probe-description.ts";
import { isInt, type Value } from "../value/value.ts";
import type { SpanKind } from "./span-pairs.ts";
import { valueNames } from "./value-names.ts";

/** The values of one record in order, and their names, which are unique in it. */
export interface NamedValues {
  readonly names: readonly string[];
  readonly values: readonly Value[];
}

const NONE: NamedValues = { names: [], values: [] };

/** Names the values of records: after what they are, see {@link valueNames}; `v0`, `v1`, ... by position where computed. */
export class RecordValues {
  readonly #reserved: readonly string[];
  readonly #names = new WeakMap<ProbeDescription, WeakMap<OutputStatement, readonly string[]>>();

  /** Names in `reserved` are given to no value. */
  constructor(reserved: readonly string[] = []) {
    this.#reserved = reserved;
  }

  read({ items, probe }: RecordEvent): NamedValues {
    const [first] = items;
    if (first === undefined) return NONE;
    if (items.length === 1)
      return { names: this.#statementNames(first.statement, probe), values: first.values };
    const values = items.flatMap((item) => item.values);
    const names = items.flatMap((item) => {
      const known = valueNames(item.statement, probe);
      return item.values.map((_, index) => known[index]);
    });
    return { names: this.#unique(names), values };
  }

  #statementNames(statement: OutputStatement, probe: ProbeDescription): readonly string[] {
    let ofProbe = this.#names.get(probe);
    if (ofProbe === undefined) {
      ofProbe = new WeakMap();
      this.#names.set(probe, ofProbe);
    }
    let names = ofProbe.get(statement);
    if (names === undefined) {
      names = this.#unique(valueNames(statement, probe));
      ofProbe.set(statement, names);
    }
    return names;
  }

  #unique(names: readonly (string | undefined)[]): readonly string[] {
    const used = new Set(this.#reserved);
    return names.map((known, index) => {
      let name = known === undefined || used.has(known) ? `v${index}` : known;
      while (used.has(name)) name += "_";
      used.add(name);
      return name;
    });
  }
}

/** The value called `name`. */
export function namedValue({ names, values }: NamedValues, name: string): Value | undefined {
  return values[names.indexOf(name)];
}

/** What identifies a span of a kind that has a key, as one string; undefined where the record lacks it. */
export function spanKey(kind: SpanKind, record: NamedValues): string | undefined {
  const value = typeof kind.key === "string" ? namedValue(record, kind.key) : record.values[0];
  return value === undefined ? undefined : keyIdentity([value]);
}

/** The name that a record gives its span; undefined where it gives none, and the kind's name stands. */
export function spanName({ nameValue }: SpanKind, record: NamedValues): string | undefined {
  if (nameValue === undefined) return undefined;
  const value =
    typeof nameValue === "string"
      ? namedValue(record, nameValue)
      : record.values.find((one) => typeof one === "string");
  if (value === undefined || typeof value === "string") return value;
  return isInt(value) ? value.toString() : undefined;
}
