import { fc, test as property } from "@fast-check/vitest";
import { validateProgram, type Diagnostic } from "@trace/core";
import { renderDiagnostics } from "@trace/syntax";
import { describe, expect, test } from "vitest";
import { dLanguage, parseSyntaxTree } from "./d-language.ts";

const scripts = [
  '#!/usr/sbin/dtrace -qs\n#pragma D option quiet\nBEGIN { x = 1; printf("%d %s\\n", x, execname); exit(0); }',
  'shop$target:::request-start /arg0 > 5 && copyinstr(arg1) != "" / { self->ts = timestamp; @[arg0] = count(); }',
  "self int t; this string s; int a[string, int]; struct s { int a : 3; char *b; }; typedef unsigned long ul;",
  'tick-5s, profile-99hz { printa("%-10s %@8d\\n", @); clear(@); trunc(@, 10); normalize(@, 1000); }',
  "provider p { probe a__b(int, char *b) : (int x); probe c(); };",
  "translator out_t < in_t *p > { a = p->b; c = xlate <x_t> (p).d; }; inline int N = sizeof (int) * 4;",
  "pid$target::main:entry { @q[ustack(3), probefunc] = lquantize(arg0, 0, 100, 10); if (arg0) { trace(1); } else x++; }",
  'syscall::read:return / execname == "node" ? arg0 : (uint64_t)$1 / { this->x = (char *)arg1; y ^= ~x << 3; }',
];
const words = [
  ..."{ } ( ) [ ] ; : , ? / * + - ++ -- -> . = == += && ^^ @ @a $1 $$1 $target \" ' \\ # #pragma /* */ // ` [1] @a[1] @[x]".split(
    " ",
  ),
  ..."BEGIN tick-1s self this int string struct if else sizeof stringof inline provider probe printf count".split(
    " ",
  ),
  ..."x 0 09 1e5 99999999999999999999 \"a\" 'b' %d \n arg0 args".split(" "),
];

/** Parts of valid scripts and words of D in any order. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...words),
      fc
        .constantFrom(...scripts)
        .chain((script) =>
          fc.tuple(fc.nat(script.length), fc.nat(40)).map(([at, size]) => script.slice(at, at + size)),
        ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(" "));

/** A valid script with a few characters removed, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...scripts),
    fc.array(fc.tuple(fc.nat(200), fc.nat(5), fc.constantFrom(...words, "")), { maxLength: 5 }),
  )
  .map(([script, edits]) =>
    edits.reduce((text, [at, size, word]) => text.slice(0, at) + word + text.slice(at + size), script),
  );

/** Expressions of all types and operators, right and wrong ones. */
const { expression } = fc.letrec<{ expression: string; atom: string }>((tie) => ({
  atom: fc.constantFrom(
    ..."0 1 -1 0xffffffff 5ull 'a' arg0 args[1] pid uid cpu timestamp walltimestamp (char)arg1 (uint16_t)arg2".split(
      " ",
    ),
    ...'execname "s" (char*)arg3 NULL x self->y s a["k",1] a["k",arg0] copyinstr(arg1) stringof(arg2) $1 K'.split(
      " ",
    ),
  ),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("atom"),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom(..."+ - * / % & | ^ << >> == != < <= > >= && || ^^ ,".split(" ")),
        tie("expression"),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(fc.constantFrom("-", "~", "!", "+"), tie("expression"))
      .map(([operator, operand]) => `${operator} ${operand}`),
    fc
      .tuple(
        fc.constantFrom("char", "unsigned short", "int", "uint64_t", "string", "void *"),
        tie("expression"),
      )
      .map(([type, operand]) => `(${type})${operand}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([condition, yes, no]) => `(${condition} ? ${yes} : ${no})`),
    fc
      .tuple(
        fc.constantFrom("x", "self->y", "s", 'a["k", 1]', "this->z"),
        fc.constantFrom(..."= += -= *= /= %= &= <<= >>=".split(" ")),
        tie("expression"),
      )
      .map(([target, operator, value]) => `(${target} ${operator} ${value})`),
    fc
      .tuple(fc.constantFrom("strlen", "lltostr", "basename", "copyinstr"), tie("expression"))
      .map(([name, operand]) => `${name}(${operand})`),
    fc
      .tuple(fc.constantFrom("strjoin", "index", "substr", "strtoll"), tie("expression"), tie("expression"))
      .map(([name, first, second]) => `${name}(${first}, ${second})`),
  ),
}));
const typedScript = fc
  .tuple(
    expression,
    fc.constantFrom(
      "trace(E)",
      'printf("%d", E)',
      'printf("%s", E)',
      "@ = sum(E)",
      "@q[E] = count()",
      "b[E] = E",
      "if (E) x++",
    ),
  )
  .map(
    ([text, statement]) =>
      `inline short K = 7; int x; self char y; string s; uint32_t a[string, char]; BEGIN / ${text} / { ${statement.replaceAll("E", text)}; }`,
  );

function check(text: string): void {
  const source = { name: "x.d", text };
  const { program, diagnostics } = dLanguage().parse(source, { target: 1, arguments: ["1"] });
  const refusals =
    program === undefined ? [] : validateProgram(JSON.parse(JSON.stringify(program))).diagnostics;
  expect(refusals).toEqual([]);
  expect(program === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
  expectPlaced([...diagnostics, ...parseSyntaxTree(source).diagnostics], text);
  expect(renderDiagnostics(diagnostics, source)).not.toContain("undefined");
}

function expectPlaced(diagnostics: readonly Diagnostic[], text: string): void {
  for (const { span } of diagnostics) {
    expect(span).toBeDefined();
    expect(span?.start).toBeGreaterThanOrEqual(0);
    expect(span?.end).toBeGreaterThanOrEqual(span?.start ?? 0);
    expect(span?.end).toBeLessThanOrEqual(text.length);
  }
}

describe("any text is a program or has errors inside it", () => {
  property.prop([fc.string({ unit: "binary", maxLength: 300 })], { numRuns: 300 })("characters", check);
  property.prop([soup], { numRuns: 600 })("words", check);
  property.prop([typedScript], { numRuns: 1000 })("expressions", check);
  property.prop([mutated], { numRuns: 600 })("broken scripts", check);
});

describe("nesting has an end", () => {
  const nested: readonly (readonly [string, (n: number) => string])[] = [
    ["parentheses", (n) => `BEGIN { x = ${"(".repeat(n)}1${")".repeat(n)}; }`],
    ["open parentheses", (n) => `BEGIN { x = ${"(".repeat(n)}`],
    ["prefix operators", (n) => `BEGIN { x = ${"- ".repeat(n)}1; }`],
    ["sums", (n) => `BEGIN { x = 1${"+1".repeat(n)}; }`],
    ["calls", (n) => `BEGIN { x = ${"strjoin(".repeat(n)} }`],
    ["indexes", (n) => `BEGIN { x = a${"[a".repeat(n)} }`],
    ["members", (n) => `BEGIN { x = a${"->b".repeat(n)}; }`],
    ["conditions", (n) => `BEGIN { x = ${"1 ? ".repeat(n)}1; }`],
    ["chains of conditions", (n) => `BEGIN { x = ${"arg0 ? 1 : ".repeat(n)}1; }`],
    ["assignments", (n) => `BEGIN { ${"x = ".repeat(n)}1; }`],
    ["casts", (n) => `BEGIN { x = ${"(int)".repeat(n)}1; }`],
    ["if", (n) => `BEGIN { ${"if (1) ".repeat(n)}x = 1; }`],
    ["blocks", (n) => `BEGIN { ${"if (1) { ".repeat(n)}`],
    ["structures", (n) => "struct a { ".repeat(n)],
    ["declarators", (n) => `int ${"(".repeat(n)}x`],
    ["key types", (n) => `int x${"[int ".repeat(n)}`],
    ["commas", (n) => `BEGIN { x = 1${", 1".repeat(n)}; }`],
  ];

  for (const [name, script] of nested) {
    test(name, () => {
      for (const depth of [50, 150, 250, 700, 20_000]) check(script(depth));
    });
  }

  test("inlines of inlines, and casts of casts, do not grow without end", () => {
    const inlines = (first: string): string =>
      `inline long a0 = ${first};` +
      Array.from({ length: 60 }, (_, n) => `inline long a${n + 1} = a${n} + a${n};`).join("");
    check(`${inlines("1")} BEGIN { x = a60; }`);
    check(`${inlines("timestamp")} BEGIN { x = a60; }`);
    check(`BEGIN { x = ${"(string)".repeat(150)}arg0; }`);
  });

  test("a long script of mistakes is read in reasonable time", () => {
    const names = Array.from({ length: 5000 }, (_, n) => `variable_${n}`);
    check(
      `BEGIN { ${names.map((name) => `${name} = 1;`).join("")} ${names.map((name) => `x = ${name}x;`).join("")} }`,
    );
  });

  test("long constants", () => {
    check(`BEGIN { x = ${"9".repeat(300_000)}; y = "\\n${"a".repeat(300_000)}"; }`);
    check(`BEGIN { printf("%${"-".repeat(300_000)}d", 1); }`);
  });

  test("a chain of 150 conditions is no nesting", () => {
    const text = `BEGIN { x = ${"arg0 == 1 ? 1 : ".repeat(150)}1; }`;
    expect(dLanguage().parse({ name: "x.d", text }).diagnostics).toEqual([]);
  });
});
