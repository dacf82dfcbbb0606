import { TraceError } from "@trace/core";
import { expect, test } from "vitest";
import { splitWords } from "./split-words.ts";

test.each([
  ["node app.js", ["node", "app.js"]],
  ["  node   app.js  ", ["node", "app.js"]],
  [`sh -c 'echo "$HOME"'`, ["sh", "-c", 'echo "$HOME"']],
  [`a "b c"d\\ e ''`, ["a", "b cd e", ""]],
  [`"a\\"b\\\\c\\n"`, ['a"b\\c\\n']],
  ["größe 'ä ö'", ["größe", "ä ö"]],
])("splits %j", (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test.each([
  ["'open", "the command ''open' has a quote that does not end"],
  ["   ", "the command of -c is empty"],
])("refuses %j", (line, message) => {
  expect(() => splitWords(line)).toThrow(new TraceError({ code: "USAGE", severity: "error", message }));
});
