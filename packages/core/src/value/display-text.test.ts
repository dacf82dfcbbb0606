import { expect, test } from "vitest";
import { displayText } from "./display-text.ts";
import { decodeText } from "./text.ts";

test.each([
  ["plain é 😀", "plain é 😀"],
  [decodeText(Uint8Array.of(0x61, 0x80, 0xff)), "a\\x80\\xff"],
  ["\ud800x\udc00", "\ufffdx\ufffd"],
])("%j is shown as %j", (text, shown) => {
  expect(displayText(text)).toBe(shown);
  expect(displayText(text).isWellFormed()).toBe(true);
});
