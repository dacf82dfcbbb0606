import { describe, expect, test } from "vitest";
import { bodyOf, codesOf, errorsOf } from "../test-kit.ts";
import { parseFormat } from "./parse-format.ts";

function formatOf(body: string): unknown {
  const [statement] = bodyOf(body).slice(-1);
  return statement?.kind === "printf" || statement?.kind === "printa" ? statement.format : undefined;
}

describe("printf", () => {
  test("text and conversions in order", () => {
    expect(formatOf('printf("a%d 100%% %s\\n", 1, "x");')).toEqual([
      "a",
      { kind: "d" },
      " 100% ",
      { kind: "s" },
      "\n",
    ]);
  });

  test.each([
    ["%5d", "1", { kind: "d", width: 5 }],
    ["%-5d", "1", { kind: "d", flags: "-", width: 5 }],
    ["%+d", "1", { kind: "d", flags: "+" }],
    ["%05d", "1", { kind: "d", flags: "0", width: 5 }],
    ["%'d", "1", { kind: "d", flags: "'" }],
    ["%.3s", '"x"', { kind: "s", precision: 3 }],
    ["%10.3s", '"x"', { kind: "s", width: 10, precision: 3 }],
    ["%*d", "6, 1", { kind: "d", width: "*" }],
    ["%-*.*s", '6, 2, "x"', { kind: "s", flags: "-", width: "*", precision: "*" }],
    ["%?p", "arg0", { kind: "p", width: 16 }],
    ["%i", "1", { kind: "d" }],
    ["%d", "arg0", { kind: "d" }],
    ["%d", "uid", { kind: "u", bits: 32 }],
    ["%d", "timestamp", { kind: "u" }],
    ["%u", "-1", { kind: "u", bits: 32 }],
    ["%#x", "(char)1", { kind: "x", flags: "#", bits: 8 }],
    ["%X", "(short)1", { kind: "X", bits: 16 }],
    ["%o", "arg0", { kind: "o" }],
    ["%c", "65", { kind: "c" }],
    ["%C", "65", { kind: "C" }],
    ["%S", '"x"', { kind: "S" }],
    ["%p", "(void *)1", { kind: "p" }],
    ["%Y", "walltimestamp", { kind: "Y" }],
    ["%T", "walltimestamp", { kind: "T" }],
    ["%hd", "(short)1", { kind: "d" }],
    ["%ld", "(long)1", { kind: "d" }],
    ["%lld", "arg0", { kind: "d" }],
    ["%llx", "arg0", { kind: "x" }],
    ["%llx", "timestamp - walltimestamp", { kind: "x" }],
    ["%lx", "0xabcdef012", { kind: "x" }],
    ["%lu", "timestamp", { kind: "u" }],
  ])("%s of %s", (conversion, value, expected) => {
    expect(formatOf(`printf("${conversion}", ${value});`)).toEqual([expected]);
  });

  test.each([
    ['printf("");', "D_PRINTF_FMT_EMPTY"],
    ["printf();", "D_PROTO_LEN"],
    ["printf(execname);", "D_PRINTF_ARG_FMT"],
    ["printf(5);", "D_PRINTF_ARG_FMT"],
    ['printf("%d");', "D_PRINTF_ARG_PROTO"],
    ['printf("%d %d\\n", 5);', "D_PRINTF_ARG_PROTO"],
    ['printf("%d", 5, 6);', "D_PRINTF_ARG_EXTRA"],
    ['printf("x", 5);', "D_PRINTF_ARG_EXTRA"],
    ['printf("%s", 5);', "D_PRINTF_ARG_TYPE"],
    ['printf("%s", (char *)arg0);', "D_PRINTF_ARG_TYPE"],
    ['printf("%d", "x");', "D_PRINTF_ARG_TYPE"],
    ['printf("%f", 5);', "D_PRINTF_ARG_TYPE"],
    ['printf("%c", arg0);', "D_PRINTF_ARG_TYPE"],
    ['printf("%Y", 5);', "D_PRINTF_ARG_TYPE"],
    ['printf("%p", "x");', "D_PRINTF_ARG_TYPE"],
    ['printf("%k", 5);', "D_PRINTF_ARG_TYPE"],
    ['printf("%ld", 5);', "D_PRINTF_ARG_TYPE"],
    ['printf("%hd", 5);', "D_PRINTF_ARG_TYPE"],
    ['printf("%llx", 0xabcdef012);', "D_PRINTF_ARG_TYPE"],
    ['printf("%@d", 5);', "D_PRINTF_AGG_CONV"],
    ['printf("%*d", "x", 5);', "D_PRINTF_DYN_TYPE"],
    ['printf("%*d");', "D_PRINTF_DYN_PROTO"],
    ['printf("%");', "D_SYNTAX"],
    ['printf("%5%");', "D_SYNTAX"],
    ['printf("%q", 5);', "D_SYNTAX"],
    ['printf("%1$d", 5);', "D_SYNTAX"],
    ['printf("%999999d", 5);', "D_SYNTAX"],
    ['printf("%a", 5);', "D_SYNTAX"],
  ])("%s %s", (body, code) => {
    expect(codesOf(`BEGIN { ${body} }`)).toEqual([code]);
  });

  test("a wrong type is shown at the argument", () => {
    expect(errorsOf('BEGIN { printf("%d %s\\n", pid, uid); }')).toBe(
      "x.d:1:32: error: conversion 2 (%s) takes a string (or use stringof), not unsigned int [D_PRINTF_ARG_TYPE]\n" +
        '    1 | BEGIN { printf("%d %s\\n", pid, uid); }\n      |                                ^~~\n',
    );
  });

  test("a missing argument is shown at the format", () => {
    expect(errorsOf('BEGIN { printf("%d %d\\n", 5); }')).toBe(
      "x.d:1:16: error: conversion 2 (%d) has no argument [D_PRINTF_ARG_PROTO]\n" +
        '    1 | BEGIN { printf("%d %d\\n", 5); }\n      |                ^~~~~~~~~\n',
    );
  });
});

describe("printa", () => {
  const keyed = '@["a", pid] = count();';

  test("keys and values", () => {
    expect(formatOf(`${keyed} printa("%-10s %d %@8d\\n", @);`)).toEqual([
      { kind: "s", flags: "-", width: 10 },
      " ",
      { kind: "d" },
      " ",
      { kind: "u", aggregate: true, width: 8 },
      "\n",
    ]);
  });

  test("fewer keys than there are, values in any number", () => {
    expect(formatOf(`${keyed} printa("%s\\n", @);`)).toEqual([{ kind: "s" }, "\n"]);
    expect(formatOf('@a = sum(1); @b = sum(2); printa("%@d %@x %@d", @a, @b);')).toMatchObject([
      { kind: "d", aggregate: true },
      " ",
      { kind: "x", aggregate: true },
      " ",
      { kind: "d", aggregate: true },
    ]);
  });

  test.each([
    ['printa("%d", @);', "D_PRINTF_ARG_TYPE"],
    ['printa("%s %d %s", @);', "D_PRINTF_ARG_PROTO"],
    ['printa("%@s", @);', "D_PRINTF_ARG_TYPE"],
    ['printa("%*d", @);', "D_PRINTF_DYN_TYPE"],
    ['printa("", @);', "D_PRINTF_FMT_EMPTY"],
  ])("%s %s", (body, code) => {
    expect(codesOf(`BEGIN { ${keyed} ${body} }`)).toEqual([code]);
  });

  test("a key too many", () => {
    expect(errorsOf('BEGIN { @ = count(); printa("%d\\n", @); }')).toBe(
      "x.d:1:29: error: conversion 1 (%d) has no key [D_PRINTF_ARG_PROTO]\n" +
        '    1 | BEGIN { @ = count(); printa("%d\\n", @); }\n      |                             ^~~~~~\n' +
        "      = hint: write %@ for the value of the aggregation\n",
    );
  });
});

test("what is wrong with a format is one line", () => {
  expect(parseFormat(`%${"-".repeat(100)}q`)).toEqual({
    message: `'%${"-".repeat(36)}...' is no conversion`,
  });
});
