import { describe, expect, test } from "vitest";
import { parseSyntaxTree } from "../d-language.ts";
import { errorsOf, withoutSpans } from "../test-kit.ts";
import type { ExternalNode } from "../ast/program.ts";

function declarationsOf(text: string, name = "x.d"): readonly ExternalNode[] {
  const { tree, diagnostics } = parseSyntaxTree({ name, text });
  expect(diagnostics).toEqual([]);
  return withoutSpans({ ...tree, declarations: tree.declarations.map(serializable) }).declarations;
}

/** Bigints as numbers: tests compare JSON. */
function serializable(node: ExternalNode): ExternalNode {
  return JSON.parse(
    JSON.stringify(node, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value)),
  ) as ExternalNode;
}

const kinds = (text: string): string[] => declarationsOf(text).map(({ kind }) => kind);

describe("clauses", () => {
  test("descriptions, predicate, actions", () => {
    expect(declarationsOf("a:::b , c$target:::d-e\n/ x / 2 /\n{ f(); ; g() }")).toMatchObject([
      {
        kind: "clause",
        descriptions: [{ text: "a:::b" }, { text: "c$target:::d-e" }],
        predicate: { kind: "binary", operator: "/" },
        body: [{ kind: "expression" }, { kind: "expression" }],
      },
    ]);
  });

  test.each([
    ["division in a predicate", "BEGIN /a / b / c/ {}"],
    ["division in actions", "BEGIN { x = a / b; y = c / (d) }"],
    ["a comment after the predicate", "BEGIN /a/ /* why */ {}"],
    ["a line comment after the predicate", "BEGIN /a/ // why\n{}"],
    ["assignment by division", "BEGIN { x /= 2 }"],
  ])("%s", (_, text) => {
    expect(kinds(text)).toEqual(["clause"]);
  });

  test("if and else, with and without braces", () => {
    expect(declarationsOf("BEGIN { if (a) b(); else if (c) { d(); e() } else f() }")).toMatchObject([
      {
        body: [
          {
            kind: "if",
            consequence: [{ kind: "expression" }],
            alternative: [{ kind: "if", consequence: [{}, {}], alternative: [{}] }],
          },
        ],
      },
    ]);
  });

  test("only on the command line may a clause lack its body", () => {
    expect(declarationsOf("syscall::read:entry", "<command line>")).toMatchObject([
      { kind: "clause", body: [] },
    ]);
    expect(errorsOf("BEGIN\nBEGIN { exit(0); }")).toBe(
      "x.d:2:1: error: expected a predicate or actions after the probe description, found 'BEGIN' [D_SYNTAX]\n" +
        "    2 | BEGIN { exit(0); }\n" +
        "      | ^~~~~\n" +
        "      = hint: separate probe descriptions by commas; write { } for the default action\n",
    );
  });

  test("a broken clause does not hide the next", () => {
    const { tree, diagnostics } = parseSyntaxTree({
      name: "x.d",
      text: "a { if (x { y(); } } b { z( } c { }",
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["D_SYNTAX", "D_SYNTAX"]);
    expect(tree.declarations).toMatchObject([{ descriptions: [{ text: "c" }] }]);
  });
});

describe("declarations", () => {
  test("variables of every class", () => {
    const words = (text: string): unknown => ({ base: { kind: "words", words: text.split(" ") } });
    expect(
      declarationsOf(
        "int x, *y; self unsigned long t; this string s; uint64_t a[string, int]; pid_t p; kernel_t *k; int*z;",
      ),
    ).toMatchObject([
      {
        specifiers: words("int"),
        declarators: [{ name: { text: "x" } }, { name: { text: "y" }, pointers: 1 }],
      },
      { specifiers: { storage: "self", ...(words("unsigned long") as object) } },
      { specifiers: { storage: "this" } },
      {
        specifiers: { base: { kind: "named", name: "uint64_t" } },
        declarators: [{ suffixes: [{ kind: "keys", types: [{}, {}] }] }],
      },
      { specifiers: { base: { name: "pid_t" } } },
      { specifiers: { base: { name: "kernel_t" } }, declarators: [{ pointers: 1 }] },
      { declarators: [{ name: { text: "z" }, pointers: 1 }] },
    ]);
  });

  test("structures, unions, enumerations, typedefs, functions", () => {
    expect(
      declarationsOf(
        "struct s { int a, b : 3; union { char *c; long d[4]; }; };\n" +
          "enum e { A, B = 1 + 2, };\n" +
          "typedef struct s s_t; typedef int (*handler_t)(s_t *, ...); s_t x;",
      ),
    ).toMatchObject([
      {
        specifiers: {
          base: {
            kind: "struct",
            tag: { text: "s" },
            members: [
              { members: [{}, { width: { value: 3 } }] },
              { specifiers: { base: { kind: "union" } }, members: [] },
            ],
          },
        },
      },
      { specifiers: { base: { kind: "enum", enumerators: [{}, { value: { kind: "binary" } }] } } },
      { specifiers: { storage: "typedef" } },
      {
        declarators: [
          {
            inner: { pointers: 1, name: { text: "handler_t" } },
            suffixes: [{ kind: "function", variadic: true }],
          },
        ],
      },
      { specifiers: { base: { kind: "named", name: "s_t" } } },
    ]);
  });

  test("inlines, translators, providers", () => {
    expect(
      declarationsOf(
        "inline int N = 5; translator out_t < in_t *p > { a = p->b; c = 1; };\n" +
          "provider shop { probe request__start(int id, char *url) : (int id); probe idle(); };",
      ),
    ).toMatchObject([
      { kind: "inline", declarator: { name: { text: "N" } }, value: { value: 5 } },
      {
        kind: "translator",
        input: { declarator: { name: { text: "p" }, pointers: 1 } },
        members: [{ name: { text: "a" } }, { name: { text: "c" } }],
      },
      {
        kind: "provider",
        name: { text: "shop" },
        probes: [
          { name: { text: "request__start" }, parameters: [{}, {}], translated: [{}] },
          { name: { text: "idle" }, parameters: [] },
        ],
      },
    ]);
  });

  test("words that could be either", () => {
    expect(kinds("BEGIN { } string x; foo* { } foo { } int*p;")).toEqual([
      "clause",
      "declaration",
      "clause",
      "clause",
      "declaration",
    ]);
  });
});

describe("syntax errors", () => {
  test.each([
    [
      "an operand is missing",
      "BEGIN\n{\n  x = ;\n}",
      "x.d:3:7: error: expected an expression, found ';' [D_SYNTAX]\n    3 |   x = ;\n      |       ^\n",
    ],
    [
      "a parenthesis is missing",
      "BEGIN { trace((1 + 2); }",
      "x.d:1:22: error: expected ')' after the arguments, found ';' [D_SYNTAX]\n" +
        "    1 | BEGIN { trace((1 + 2); }\n      |                      ^\n",
    ],
    [
      "the end comes too soon",
      "BEGIN { x = 1;",
      "x.d:1:15: error: expected '}' to close the actions, found the end of the script [D_SYNTAX]\n" +
        "    1 | BEGIN { x = 1;\n      |               ^\n",
    ],
    [
      "a semicolon is missing",
      "BEGIN { x = 1 y = 2; }",
      "x.d:1:15: error: expected ';' after the action, found 'y' [D_SYNTAX]\n" +
        "    1 | BEGIN { x = 1 y = 2; }\n      |               ^\n",
    ],
    [
      "actions are missing",
      "BEGIN /x/",
      "x.d:1:10: error: expected actions after the predicate, found the end of the script [D_SYNTAX]\n" +
        "    1 | BEGIN /x/\n      |          ^\n      = hint: write { } for the default action\n",
    ],
    [
      "a loop",
      "BEGIN { while (1) { } }",
      "x.d:1:9: error: D has no 'while' [D_SYNTAX]\n    1 | BEGIN { while (1) { } }\n" +
        "      |         ^~~~~\n      = hint: repeat with a tick or profile probe\n",
    ],
    [
      "a declaration inside a clause",
      "BEGIN { int x; }",
      "x.d:1:9: error: expected an action, found 'int' [D_SYNTAX]\n    1 | BEGIN { int x; }\n" +
        "      |         ^~~\n      = hint: declare variables outside of clauses\n",
    ],
    [
      "a declaration with a value",
      "int x = 1; BEGIN { }",
      "x.d:1:7: error: expected ';' after the declaration, found '=' [D_SYNTAX]\n    1 | int x = 1; BEGIN { }\n" +
        "      |       ^\n      = hint: D variables are not initialized where they are declared: assign in BEGIN\n",
    ],
    [
      "an assignment to an expression",
      "BEGIN { a + b = c; }",
      "x.d:1:15: error: expected a variable before the assignment, found '=' [D_SYNTAX]\n" +
        "    1 | BEGIN { a + b = c; }\n      |               ^\n",
    ],
    [
      "nothing that D knows",
      "€ { }",
      "x.d:1:1: error: expected a probe description or a declaration, found '€' [D_SYNTAX]\n" +
        "    1 | € { }\n      | ^\n",
    ],
    [
      "two storage classes",
      "self this int x; BEGIN { }",
      "x.d:1:6: error: a declaration has one storage class, and 'self' is there [D_DECL_CLASS]\n" +
        "    1 | self this int x; BEGIN { }\n      |      ^~~~\n",
    ],
  ])("%s", (_, text, expected) => {
    expect(errorsOf(text)).toBe(expected);
  });
});
