import { expect, test } from "vitest";
import { readRequest } from "./dtrace-request.ts";

test("options and arguments mixed, options in one word, values attached", () => {
  expect(
    readRequest(["12", "-qs", "x.d", "abc", "-nBEGIN{}", "-x", "strsize=64", "--", "last"]),
  ).toMatchObject({
    mode: "run",
    programs: [
      { kind: "script", file: "x.d" },
      { kind: "description", text: "BEGIN{}", part: "name" },
    ],
    settings: [
      { name: "quiet", text: "-q" },
      { name: "strsize", value: "64", text: "-x strsize" },
    ],
    arguments: ["12", "abc", "last"],
  });
});

test("a value may look like an option", () => {
  expect(readRequest(["-c", "-n", "-p", "12"])).toMatchObject({ commands: ["-n"], pids: ["12"] });
});

test("--backend is found wherever it is, and is no option of dtrace", () => {
  const expected = { backend: "embedded", programs: [{ kind: "script", file: "x.d" }], arguments: ["1"] };
  expect(readRequest(["--backend", "embedded", "-s", "x.d", "1"])).toMatchObject(expected);
  expect(readRequest(["-s", "x.d", "--backend=embedded", "1"])).toMatchObject(expected);
});

test.each([
  [["-y"], "invalid option -- 'y'", true],
  [["-qn"], "option requires an argument -- 'n'", true],
  [["-33"], "illegal option -- 33", true],
  [["-V", "-l"], "only one of the [-GhlV] options can be specified at a time", false],
])("%j is no command line", (words, mistake, showUsage) => {
  expect(readRequest(words)).toEqual({ mistake, showUsage });
});

test.each([
  [["-l"], "list"],
  [["-e"], "compile"],
  [["-el"], "list"],
  [["-V"], "version"],
  [["-q"], "run"],
])("%j asks to %s", (words, mode) => {
  expect(readRequest(words)).toMatchObject({ mode });
});
