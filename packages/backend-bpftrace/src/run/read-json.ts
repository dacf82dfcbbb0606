/**
 * Reading a line of bpftrace's JSON.
 *
 * Not JSON.parse: integers beyond 2^53 must be exact; 0.27 writes them as strings, the others as numbers. And a byte
 * that is no ASCII comes as `\uffffffXX`, eight digits, which is a sign-extended char put through a hex formatter
 * (bpftrace's src/output.cpp, json_escape); control characters as the usual four.
 */
import { decodeText, encodeText, normalizeInt, type Int } from "@trace/core";

/** A value of JSON. Objects are lists of pairs: bpftrace may repeat a name. */
export type Json = Int | string | boolean | null | readonly Json[] | JsonObject;

/** The members of an object in order. */
export interface JsonObject {
  readonly members: readonly (readonly [string, Json])[];
}

/** Deeper nesting than bpftrace ever writes. */
const deepest = 20;

/** The value that `line` holds, or undefined where it is no JSON: total, never throws. */
export function readJson(line: string): Json | undefined {
  try {
    const reader = new Reader(line);
    const value = reader.value(0);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof MalformedJson) return undefined;
    throw error;
  }
}

/** The member `name` of an object. */
export function member(json: Json | undefined, name: string): Json | undefined {
  if (!isObject(json)) return undefined;
  return json.members.find(([key]) => key === name)?.[1];
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && "members" in json;
}

/** An integer, however it is written: a number, its digits in quotes, or a boolean. */
export function asInteger(json: Json | undefined): Int | undefined {
  if (typeof json === "number" || typeof json === "bigint") return json;
  if (typeof json === "boolean") return json ? 1 : 0;
  if (typeof json === "string" && /^-?\d{1,20}$/.test(json)) return normalizeInt(BigInt(json));
  return undefined;
}

class MalformedJson extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Json {
    if (depth > deepest) throw new MalformedJson();
    this.#blanks();
    const character = this.#text[this.#at];
    if (character === '"') return this.#string();
    if (character === "{") return this.#object(depth);
    if (character === "[") return this.#array(depth);
    for (const [word, value] of words) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  end(): void {
    this.#blanks();
    if (this.#at < this.#text.length) throw new MalformedJson();
  }

  #object(depth: number): JsonObject {
    const members: [string, Json][] = [];
    this.#items("{", "}", () => {
      this.#blanks();
      const name = this.#string();
      this.#expect(":");
      members.push([name, this.value(depth + 1)]);
    });
    return { members };
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    this.#items("[", "]", () => items.push(this.value(depth + 1)));
    return items;
  }

  #items(open: string, close: string, item: () => void): void {
    this.#expect(open);
    this.#blanks();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      this.#blanks();
      const next = this.#text[this.#at++];
      if (next === close) return;
      if (next !== ",") throw new MalformedJson();
    }
  }

  #number(): Int {
    const match = numberPattern(this.#at, this.#text);
    if (match === undefined) throw new MalformedJson();
    this.#at += match.length;
    if (/[.eE]/.test(match)) return Math.trunc(Number(match));
    const number = Number(match);
    return Number.isSafeInteger(number) ? number + 0 : BigInt(match);
  }

  #string(): string {
    this.#expect('"');
    let text = "";
    let hasBytes = false;
    for (;;) {
      const from = this.#at;
      while (this.#at < this.#text.length && !'"\\'.includes(this.#text.charAt(this.#at))) this.#at++;
      text += this.#text.slice(from, this.#at);
      const character = this.#text[this.#at++];
      if (character === '"') break;
      if (character === undefined) throw new MalformedJson();
      const escape = this.#escape();
      hasBytes ||= escape.length === 1 && escape >= "\udc80" && escape <= "\udcff";
      text += escape;
    }
    return hasBytes ? decodeText(encodeText(text)) : text;
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? "";
    const simple = escapes.get(letter);
    if (simple !== undefined) return simple;
    if (letter !== "u") throw new MalformedJson();
    const byte = /^ffffff([89a-f][0-9a-f])/i.exec(this.#text.slice(this.#at, this.#at + 8))?.[1];
    if (byte !== undefined) {
      this.#at += 8;
      return String.fromCharCode(0xdc00 + Number.parseInt(byte, 16));
    }
    const code = /^[0-9a-f]{4}/i.exec(this.#text.slice(this.#at, this.#at + 4))?.[0];
    if (code === undefined) throw new MalformedJson();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  #expect(character: string): void {
    this.#blanks();
    if (this.#text[this.#at++] !== character) throw new MalformedJson();
  }

  #blanks(): void {
    while (" \t\r\n".includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
  }
}

const words: readonly (readonly [string, Json])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function numberPattern(at: number, text: string): string | undefined {
  const pattern = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
