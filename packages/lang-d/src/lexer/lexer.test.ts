import { DiagnosticList } from "@trace/syntax";
import { describe, expect, test } from "vitest";
import { Lexer } from "./lexer.ts";
import type { Token } from "./token.ts";

function tokensOf(text: string): { tokens: Token[]; lexer: Lexer; codes: string[] } {
  const diagnostics = new DiagnosticList();
  const lexer = new Lexer(text, diagnostics);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) tokens.push(token);
  return { tokens, lexer, codes: diagnostics.items.map(({ code }) => code) };
}

const texts = (text: string): string[] => tokensOf(text).tokens.map((token) => token.text);

describe("words and signs", () => {
  test("operators are as long as they can be", () => {
    expect(texts("a+++b>>=c^^d->e...")).toEqual("a ++ + b >>= c ^^ d -> e ...".split(" "));
  });

  test("aggregations, macros, symbols of the kernel", () => {
    expect(
      tokensOf("@ @name $1 $$target vmlinux`jiffies").tokens.map(({ kind, text }) => [kind, text]),
    ).toEqual([
      ["aggregation", "@"],
      ["aggregation", "@name"],
      ["macro", "$1"],
      ["macro", "$$target"],
      ["identifier", "vmlinux`jiffies"],
    ]);
  });

  test("comments, continued lines and control lines are no tokens", () => {
    expect(texts("#!/usr/sbin/dtrace -s\na /* b\n# c */ d // e\n  #pragma D option quiet\n\\\nf")).toEqual([
      "a",
      "d",
      "f",
    ]);
  });

  test("control lines are kept in words, once", () => {
    const { lexer } = tokensOf('#!x\n#pragma D option  quiet\n# 5 "a b.d"\nx');
    lexer.at = 0;
    lexer.next();
    expect(lexer.controlLines.map((line) => line.words.map((word) => word.text))).toEqual([
      ["pragma", "D", "option", "quiet"],
      ["5", '"a b.d"'],
    ]);
  });

  test("a # inside a line is not a control line", () => {
    expect(tokensOf("a # b").tokens.map(({ kind }) => kind)).toEqual(["identifier", "unknown", "identifier"]);
  });

  test("probe descriptions end where DTrace ends them", () => {
    const lexer = new Lexer(" pid$target:libc.so.6:mem[cs]*:entry,x", new DiagnosticList());
    expect(lexer.probeDescription()).toEqual({
      text: "pid$target:libc.so.6:mem[cs]*:entry",
      span: { start: 1, end: 36 },
    });
  });
});

describe("constants", () => {
  test.each([
    ["0", 0n, false, ""],
    ["42", 42n, true, ""],
    ["0x2aULL", 42n, false, "ull"],
    ["0755", 493n, false, ""],
    ["18446744073709551615u", 18446744073709551615n, true, "u"],
    ["'a'", 97n, true, ""],
    ["'ab'", 0x6162n, true, ""],
    ["'\\n'", 10n, true, ""],
    ["'\\''", 39n, true, ""],
    ["'é'", 0xc3a9n, true, ""],
  ])("%s", (text, value, decimal, suffix) => {
    const { tokens, codes } = tokensOf(text);
    expect(codes).toEqual([]);
    expect(tokens).toMatchObject([{ kind: "integer", value, decimal, suffix }]);
  });

  test.each([
    ['"a\\tb"', "a\tb"],
    ['"\\x41\\101\\q\\""', 'AAq"'],
    ['"\\xff"', "\udcff"],
    ['"\\xc3\\xa9"', "é"],
    ['"a\\0b"', "a"],
  ])("%s", (text, value) => {
    expect(tokensOf(text).tokens).toMatchObject([{ kind: "string", value }]);
  });

  test.each([
    ["08", "D_INT_DIGIT"],
    ["12ab", "D_INT_DIGIT"],
    ["18446744073709551616", "D_INT_OFLOW"],
    [`0x1${"0".repeat(1000)}`, "D_INT_OFLOW"],
    ['"abc', "D_STR_NL"],
    ['"abc\n"', "D_STR_NL"],
    ["'a", "D_CHR_NL"],
    ["''", "D_CHR_NULL"],
    ["'123456789'", "D_CHR_OFLOW"],
    ["a /* b", "D_SYNTAX"],
    ["a".repeat(256), "D_SYNTAX"],
    [`"${"a".repeat(70_000)}"`, "D_SYNTAX"],
  ])("%j: %s", (text, code) => {
    expect(tokensOf(text).codes[0]).toBe(code);
  });
});
