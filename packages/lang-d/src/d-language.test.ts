import { describe, expect, test } from "vitest";
import { dLanguage } from "./d-language.ts";
import { codesOf } from "./test-kit.ts";

describe("dLanguage", () => {
  test("is a language plugin", () => {
    expect(dLanguage()).toMatchObject({ apiVersion: 1, name: "d", extensions: [".d"] });
  });

  test("a one-liner becomes a program that is plain JSON", () => {
    const text = "shop*:::checkout { @[copyinstr(arg1)] = quantize(arg2); } tick-5s { exit(0); }";
    const { program, diagnostics } = dLanguage().parse({ name: "<command line>", text });
    expect(diagnostics).toEqual([]);
    expect(program?.clauses.map((clause) => clause.points[0]?.kind)).toEqual(["usdt", "timer"]);
    expect(JSON.parse(JSON.stringify(program))).toEqual(program);
  });

  test("lines may end as on other systems", () => {
    const text =
      "#!/usr/sbin/dtrace -s\r\n#pragma D option quiet\r\nBEGIN\r\n/1/\r\n{\r\n\texit(0);\r\n}\r\n";
    const { program, diagnostics } = dLanguage().parse({ name: "x.d", text });
    expect(diagnostics).toEqual([]);
    expect(program?.options).toEqual({ quiet: true });
  });

  test("nodes know their place in the source", () => {
    const text = "BEGIN { trace(pid + 1); }";
    const { program } = dLanguage().parse({ name: "x.d", text });
    const [statement] = program?.clauses[0]?.body ?? [];
    const at = (span?: { start: number; end: number }): string => text.slice(span?.start, span?.end);
    expect(at(statement?.span)).toBe("trace(pid + 1)");
    expect(statement?.kind === "trace" ? at(statement.value.span) : "").toBe("pid + 1");
  });

  test("a syntax error is not followed by errors about what it hides", () => {
    expect(codesOf("BEGIN { x = ; } END { trace(x); }")).toEqual(["D_SYNTAX"]);
  });
});
