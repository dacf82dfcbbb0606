import { expect, test } from "vitest";
import { dLanguage } from "./d-language.ts";

test("a one-liner becomes a program", () => {
  const text = "shop*:::checkout { @[copyinstr(arg1)] = quantize(arg2); } tick-5s { exit(0); }";
  const { program, diagnostics } = dLanguage().parse({ name: "<command line>", text });
  expect(diagnostics).toEqual([]);
  expect(program?.clauses.map((clause) => clause.points[0]?.kind)).toEqual(["usdt", "timer"]);
});
