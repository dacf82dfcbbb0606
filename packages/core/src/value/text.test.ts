import fc from "fast-check";
import { expect, test } from "vitest";
import { byteLength, decodeText, encodeText, isAscii, truncateText } from "./text.ts";

test("every sequence of bytes survives the round trip", () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.string({ unit: "binary", maxLength: 4 }).map((text) => new TextEncoder().encode(text)),
    fc
      .constantFrom([0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xff])
      .map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
      expect(encodeText(decodeText(bytes))).toEqual(bytes);
      expect(byteLength(decodeText(bytes))).toBe(bytes.length);
    }),
    { numRuns: 1000 },
  );
});

test("valid UTF-8 is itself; a byte that is none is a surrogate of its own", () => {
  expect(decodeText(Uint8Array.from([0x66, 0xc3, 0xbc, 0x72]))).toBe("für");
  expect(decodeText(Uint8Array.from([0x66, 0xff]))).toBe("f\udcff");
  expect(encodeText("\ud800")).toEqual(new TextEncoder().encode("\ufffd"));
});

test("a string is cut to a number of bytes, within a character where it must be", () => {
  expect(truncateText("hello", 3)).toBe("hel");
  expect(truncateText("für", 2)).toBe("f\udcc3");
  expect(truncateText("für", 4)).toBe("für");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, size) => {
      const cut = encodeText(truncateText(text, size));
      expect(cut).toEqual(encodeText(text).subarray(0, size));
    }),
  );
});

test("ASCII is what is one byte a character", () => {
  expect(isAscii("")).toBe(true);
  expect(isAscii("\0~\x7f")).toBe(true);
  expect(isAscii("\x80")).toBe(false);
});
