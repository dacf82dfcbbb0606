/** Reading JSON of any origin: each function returns what it says or throws a {@link Malformed}. */
import { valueFromJson, type Int, type Value, type ValueJson } from "@trace/core";

/** Why a line is none of a recording. Never leaves this package. */
export class Malformed extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

export function readFields(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Malformed(`${what} is no object`);
}

export function readList<T>(fields: Fields, name: string, read: (item: unknown) => T): readonly T[] {
  const value = fields[name];
  if (Array.isArray(value)) return value.map(read);
  throw new Malformed(`'${name}' is no list`);
}

export function readString(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw new Malformed(`'${name}' is no string`);
}

export function readNumber(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number") return value;
  throw new Malformed(`'${name}' is no number`);
}

/** A whole number from 0 on. */
export function readCount(fields: Fields, name: string): number {
  const value = fields[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new Malformed(`'${name}' is no whole number`);
}

/** One of `choices`. */
export function readChoice<T extends string>(fields: Fields, name: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === fields[name]);
  if (choice !== undefined) return choice;
  throw new Malformed(`'${name}' is none of ${choices.join(", ")}`);
}

/** `{ [name]: what read returns }`, or nothing where the field is absent. */
export function optional<Name extends string, T>(
  fields: Fields,
  name: Name,
  read: (fields: Fields, name: string) => T,
): { readonly [Key in Name]?: T } {
  return fields[name] === undefined ? {} : ({ [name]: read(fields, name) } as { [Key in Name]: T });
}

const INTEGER = /^-?\d+$/;

/** A value, as `valueToJson` of core writes it. */
export function readValue(json: unknown): Value {
  if (isValueJson(json)) return valueFromJson(json);
  throw new Malformed(`${shorten(json)} is no value`);
}

export function readInt(fields: Fields, name: string): Int {
  const value = isValueJson(fields[name]) ? valueFromJson(fields[name]) : undefined;
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new Malformed(`'${name}' is no integer`);
}

/** An integer, or null for none. */
export function readIntOrNone(fields: Fields, name: string): Int | undefined {
  return fields[name] === null ? undefined : readInt(fields, name);
}

function isValueJson(json: unknown): json is ValueJson {
  if (typeof json === "string") return true;
  if (typeof json === "number") return Number.isSafeInteger(json);
  if (typeof json !== "object" || json === null) return false;
  if ("int" in json) return typeof json.int === "string" && INTEGER.test(json.int);
  if ("float" in json) return typeof json.float === "number" || isSpecialFloat(json.float);
  return "frames" in json && Array.isArray(json.frames) && json.frames.every(isFrameJson);
}

function isSpecialFloat(float: unknown): boolean {
  return float === "NaN" || float === "Infinity" || float === "-Infinity" || float === "-0";
}

function isFrameJson(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  const { address, module, symbol, offset } = json as Fields;
  return (
    (typeof address === "string" ? INTEGER.test(address) : Number.isSafeInteger(address)) &&
    (module === undefined || typeof module === "string") &&
    (symbol === undefined || typeof symbol === "string") &&
    (offset === undefined || typeof offset === "number")
  );
}

function shorten(json: unknown): string {
  const text = JSON.stringify(json) ?? "nothing";
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
