import { errorDiagnostic } from "@trace/core";
import { describe, expect, test } from "vitest";
import { renderDiagnostic, renderDiagnostics } from "./render-diagnostic.ts";

/** Renders an error about `marked`, which is found in `text`. */
function rendered(text: string, marked: string, hint?: string): string {
  const start = text.indexOf(marked);
  const span = { start, end: start + marked.length };
  const diagnostic = errorDiagnostic("CODE", "wrong", hint === undefined ? { span } : { span, hint });
  return renderDiagnostic(diagnostic, { name: "x.d", text });
}

describe("renderDiagnostic", () => {
  test("message, line, underline, hint", () => {
    expect(rendered('BEGIN\n{\n  x = strjon("a", "b");\n}', "strjon", "did you mean 'strjoin'?")).toBe(
      "x.d:3:7: error: wrong [CODE]\n" +
        '    3 |   x = strjon("a", "b");\n' +
        "      |       ^~~~~~\n" +
        "      = hint: did you mean 'strjoin'?\n",
    );
  });

  test("without a place there is no excerpt", () => {
    expect(renderDiagnostic(errorDiagnostic("CODE", "wrong"), { name: "x.d", text: "abc" })).toBe(
      "x.d: error: wrong [CODE]\n",
    );
  });

  test("an empty span is one caret, also at the end of the text", () => {
    const diagnostic = errorDiagnostic("CODE", "wrong", { span: { start: 3, end: 3 } });
    expect(renderDiagnostic(diagnostic, { name: "x.d", text: "abc" })).toBe(
      "x.d:1:4: error: wrong [CODE]\n    1 | abc\n      |    ^\n",
    );
  });

  test("tabs are shown as blanks up to their stop", () => {
    expect(rendered("\ta\tbad", "bad")).toBe(
      "x.d:1:4: error: wrong [CODE]\n    1 |         a       bad\n      |                 ^~~\n",
    );
  });

  test("characters of two columns and of none", () => {
    expect(rendered("'日本' e\u0301 bad", "bad")).toBe(
      "x.d:1:9: error: wrong [CODE]\n    1 | '日本' e\u0301 bad\n      |          ^~~\n",
    );
    expect(rendered("bad 😀", "😀")).toContain("      |     ^~\n");
  });

  test("a span over lines is underlined in its first line", () => {
    expect(rendered("a bad\nthing", "bad\nthing")).toBe(
      "x.d:1:3: error: wrong [CODE]\n    1 | a bad\n      |   ^~~\n",
    );
  });

  test("a long line is cut around the place", () => {
    const text = `${"x".repeat(500)} bad ${"y".repeat(500)}`;
    const [, line, underline] = rendered(text, "bad").split("\n");
    expect(line).toBe(`    1 | ...${"x".repeat(32)} bad ${"y".repeat(63)}...`);
    expect(underline).toBe(`      | ${" ".repeat(36)}^~~`);
  });

  test("a place near the start of a long line keeps the start", () => {
    const [, line] = rendered(`bad ${"y".repeat(500)}`, "bad").split("\n");
    expect(line).toBe(`    1 | bad ${"y".repeat(96)}...`);
  });

  test("a span longer than what is shown ends with it", () => {
    const bad = "b".repeat(300);
    const [, , underline] = rendered(bad, bad).split("\n");
    expect(underline).toBe(`      | ^${"~".repeat(99)}`);
  });

  test("nothing of a script steers the terminal", () => {
    const diagnostic = errorDiagnostic("CODE", "a\u001b[2Jb", { span: { start: 0, end: 1 } });
    expect(renderDiagnostic(diagnostic, { name: "x.d", text: "\u001b[31m\u202e" })).toBe(
      "x.d:1:1: error: a\ufffd[2Jb [CODE]\n    1 | \ufffd[31m\ufffd\n      | ^\n",
    );
  });

  test("several, one after the other", () => {
    const source = { name: "x.d", text: "" };
    expect(renderDiagnostics([errorDiagnostic("A", "one"), errorDiagnostic("B", "two")], source)).toBe(
      "x.d: error: one [A]\nx.d: error: two [B]\n",
    );
  });
});
