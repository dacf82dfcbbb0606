import fc from "fast-check";
import { expect, test } from "vitest";
import { isGlob, matchGlob } from "./glob.ts";

test.each([
  ["", "anything", true],
  ["request__start", "request__start", true],
  ["request__start", "request__stop", false],
  ["*", "", true],
  ["request*", "request__start", true],
  ["*start", "request__start", true],
  ["r*_*t", "request__start", true],
  ["r*x*t", "request__start", false],
  ["?ead", "read", true],
  ["?ead", "ead", false],
  ["[rw]*", "write", true],
  ["[!rw]*", "write", false],
  ["[^rw]*", "open", true],
  ["[a-c]1", "b1", true],
  ["[a-c]1", "d1", false],
  ["[z-a]", "m", false],
  ["[]]", "]", true],
  ["[!]]", "x", true],
  ["[a-]", "-", true],
  ["[", "[", true],
  ["a[b", "a[b", true],
  ["\\*", "*", true],
  ["\\*", "x", false],
  ["a\\", "a\\", true],
  ["a.c*", "abc", false],
  ["(a|b)*", "a", false],
  ["?", "😀", true],
  ["a*\nb", "a \nb", true],
])("%j and %j: %s", (pattern, text, expected) => {
  expect(matchGlob(pattern, text)).toBe(expected);
});

test("only the four characters make a pattern", () => {
  expect(["a*", "a?", "[a]", "\\a"].every(isGlob)).toBe(true);
  expect(isGlob("shop$target-1.2")).toBe(false);
});

test("a literal, escaped, matches itself and nothing else", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.string({ unit: "binary" }), (text, other) => {
      const pattern = Array.from(text)
        .map((character) => `\\${character}`)
        .join("");
      expect(matchGlob(pattern, text)).toBe(true);
      expect(matchGlob(pattern, other)).toBe(text === other);
    }),
  );
});

test("a pattern made from a text by putting stars and question marks in it matches the text", () => {
  const piece = fc.tuple(fc.constantFrom("a", "b", "_", "1"), fc.constantFrom("same", "any", "run"));
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.map(([character]) => character).join("");
      const pattern = pieces
        .map(([character, how]) => ({ same: character, any: "?", run: "*" })[how])
        .join("");
      expect(matchGlob(pattern, text)).toBe(true);
    }),
  );
});

test("many stars take no time", () => {
  expect(matchGlob(`${"*a".repeat(60)}b`, "a".repeat(2000))).toBe(false);
});
