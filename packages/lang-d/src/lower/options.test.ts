import { describe, expect, test } from "vitest";
import { codesOf, errorsOf, lowered } from "../test-kit.ts";

const optionsOf = (lines: string, options: Record<string, string | true> = {}): unknown =>
  lowered(`${lines}\nBEGIN { }`, { options }).options;

describe("#pragma D option", () => {
  test("a usual script's", () => {
    expect(
      optionsOf(
        "#!/usr/sbin/dtrace -s\n#pragma D option quiet\n#pragma D option strsize=64\n" +
          "#pragma D option switchrate=10hz\n#pragma D option zdefs\n#pragma D option ustackframes=5\n" +
          "#pragma D option aggsize=8m\n#pragma D option bufsize=16m\n#pragma D option dynvarsize=4m\n" +
          "#pragma D option defaultargs\n#pragma D option flowindent",
      ),
    ).toEqual({
      quiet: true,
      stringSize: 64,
      switchRate: 1e8,
      allowUnmatched: true,
      flowIndent: true,
      stackFrames: 5,
    });
  });

  test.each([
    ["aggsortkey", { by: "key" }],
    ["aggsortkey\n#pragma D option aggsortkeypos=1", { by: "key", position: 2 }],
    ["aggsortpos=0", { by: "value", position: 1 }],
    ["aggsortrev", { by: "value", reverse: true }],
    ["aggsortkey=no\n#pragma D option aggsortrev", { by: "value", reverse: true }],
  ])("%s", (option, sort) => {
    expect(optionsOf(`#pragma D option ${option}`)).toEqual({ sort });
  });

  test("options from outside win", () => {
    expect(optionsOf("#pragma D option quiet", { quiet: "off", strsize: "1k" })).toEqual({
      quiet: false,
      stringSize: 1024,
    });
  });

  test("the last of several counts, wherever it stands", () => {
    expect(lowered("#pragma D option strsize=8\nBEGIN { }\n#pragma D option strsize=16\n").options).toEqual({
      stringSize: 16,
    });
  });

  test.each([
    ["#pragma D option nonsense", "D_PRAGMA_OPTSET"],
    ["#pragma D option strsize=big", "D_PRAGMA_OPTSET"],
    ["#pragma D option quiet=perhaps", "D_PRAGMA_OPTSET"],
    ["#pragma D option switchrate=5parsecs", "D_PRAGMA_OPTSET"],
    ["#pragma D option", "D_PRAGMA_MALFORM"],
    ["#pragma D option a b", "D_PRAGMA_MALFORM"],
    ["#pragma D nonsense", "D_PRAGMA_INVAL"],
    ["#include <x.h>", "D_PRAGCTL_INVAL"],
    ["#error no", "D_PRAGERR"],
  ])("%s: %s", (line, code) => {
    expect(codesOf(`${line}\nBEGIN { }`)).toEqual([code]);
  });

  test("a misspelt option", () => {
    expect(errorsOf("#pragma D option quite\nBEGIN { }")).toBe(
      "x.d:1:18: error: there is no option 'quite' [D_PRAGMA_OPTSET]\n" +
        "    1 | #pragma D option quite\n      |                  ^~~~~\n" +
        "      = hint: did you mean 'quiet'?\n",
    );
  });

  test("a wrong option from outside has no place in the script", () => {
    expect(errorsOf("BEGIN { }", { options: { strsize: "x" } })).toBe(
      "x.d: error: 'x' is no value for option 'strsize' [D_PRAGMA_OPTSET]\n",
    );
  });

  test.each(['#pragma ident "x"', "#pragma D attributes Stable/Stable/Common probe", '# 1 "a.d"', "#line 5"])(
    "%s is accepted",
    (line) => {
      expect(codesOf(`${line}\nBEGIN { }`)).toEqual([]);
    },
  );
});
