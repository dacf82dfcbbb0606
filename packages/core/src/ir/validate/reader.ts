/** Reading plain data of unknown origin: what is not as expected is refused, with the place where it is. */

/** Where in the data a value is. */
export interface Place {
  readonly parent?: Place;
  readonly key: string | number;
  /** How many nodes it is inside of. */
  readonly depth: number;
}

/** Leaves the reading; never leaves this folder. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const root: Place = { key: "program", depth: 0 };

export function within(parent: Place, key: string | number): Place {
  return { parent, key, depth: parent.depth + 1 };
}

/** `program.clauses[2].predicate`. */
function placeText(place: Place): string {
  const { parent, key } = place;
  if (parent === undefined) return String(key);
  return placeText(parent) + (typeof key === "number" ? `[${key}]` : `.${key}`);
}

export function refuse(place: Place, expected: string): never {
  throw new Refusal("PROGRAM_INVALID", `${placeText(place)}: ${expected}`);
}

export function refuseSize(message: string): never {
  throw new Refusal("PROGRAM_TOO_LARGE", message);
}

/** An object's own properties. */
export type Fields = Readonly<Record<string, unknown>>;

/** A plain object. */
export function readObject(value: unknown, place: Place): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(place, "is not an object");
  return value as Fields;
}

/** Refuses properties other than `names`. */
export function onlyFields(fields: Fields, place: Place, ...names: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (!names.includes(name)) refuse(place, `has an unknown property ${JSON.stringify(name.slice(0, 40))}`);
  }
}

/** The property `name`; undefined where the object itself has none. */
export function field(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Reads a property that may be missing; the result has it only where it is there. */
export function optional<Name extends string, T>(
  fields: Fields,
  name: Name,
  place: Place,
  read: (value: unknown, place: Place) => T,
): { readonly [Key in Name]?: T } {
  const value = field(fields, name);
  if (value === undefined) return {};
  return { [name]: read(value, within(place, name)) } as { readonly [Key in Name]?: T };
}

/** Reads a property that must be there. */
export function required<T>(
  fields: Fields,
  name: string,
  place: Place,
  read: (value: unknown, place: Place) => T,
): T {
  return read(field(fields, name), within(place, name));
}

export function readArray<T>(
  value: unknown,
  place: Place,
  limit: number,
  read: (value: unknown, place: Place) => T,
): readonly T[] {
  if (!Array.isArray(value)) refuse(place, "is not an array");
  if (value.length > limit) refuseSize(`${placeText(place)} has more than ${limit} elements`);
  return Array.from(value as readonly unknown[], (one, index) => read(one, within(place, index)));
}

export function readString(value: unknown, place: Place, limit: number): string {
  if (typeof value !== "string") refuse(place, "is not a string");
  if (value.length > limit) refuseSize(`${placeText(place)} is longer than ${limit} characters`);
  return value;
}

export function readBoolean(value: unknown, place: Place): boolean {
  if (typeof value !== "boolean") refuse(place, "is neither true nor false");
  return value;
}

/** An integer from `least` to `greatest`. */
export function readInteger(value: unknown, place: Place, least: number, greatest: number): number {
  if (!Number.isSafeInteger(value)) refuse(place, "is not an integer");
  const integer = value as number;
  if (integer < least || integer > greatest) refuse(place, `is not within ${least} to ${greatest}`);
  return integer + 0;
}

/** One of `choices`. */
export function readChoice<T extends string | number>(
  value: unknown,
  place: Place,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) refuse(place, `is none of ${choices.join(", ")}`);
  return found;
}
