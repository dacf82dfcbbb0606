import { expect, it } from "vitest";
import { terminalOptions } from "./terminal-options.ts";

const terminal = { isTTY: true, columns: 120 };

it("a terminal has its width and colours, anything else neither", () => {
  expect(terminalOptions(terminal, { LANG: "C.UTF-8" })).toEqual({ color: true, unicode: true, width: 120 });
  expect(terminalOptions({}, { LANG: "C.UTF-8" })).toEqual({ color: false, unicode: true });
  expect(terminalOptions({ isTTY: true, columns: 0 }, {})).toEqual({ color: true, unicode: false });
});

it.each([
  [terminal, { NO_COLOR: "1" }, false],
  [terminal, { NO_COLOR: "" }, true],
  [terminal, { TERM: "dumb" }, false],
  [terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  [{}, { FORCE_COLOR: "1" }, true],
  [{}, { FORCE_COLOR: "0" }, false],
])("colours of %o with %o: %s", (stream, env, color) => {
  expect(terminalOptions(stream, env).color).toBe(color);
});

it.each([
  [{ LANG: "de_DE.UTF-8" }, true],
  [{ LANG: "en_US.utf8" }, true],
  [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, false],
  [{ LANG: "C", LC_CTYPE: "C.UTF-8" }, true],
  [{ LANG: "en_US.UTF-8", LC_ALL: "" }, true],
  [{}, false],
])("Unicode in the locale %o: %s", (env, unicode) => {
  expect(terminalOptions(terminal, env).unicode).toBe(unicode);
});
