/** Scripts from outside, where the checkout has them beside it: those DTrace runs are programs, those it refuses are not. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dLanguage, parseSyntaxTree } from "./d-language.ts";

const shared = new URL("../../../../shared/", import.meta.url);

function scripts(folder: string): readonly { name: string; text: string; url: URL }[] {
  const url = new URL(folder, shared);
  if (!existsSync(url)) return [];
  return readdirSync(url)
    .filter((name) => name.endsWith(".d"))
    .map((name) => ({ name, text: readFileSync(new URL(name, url), "utf8"), url: new URL(name, url) }));
}

const context = { target: 1234, arguments: ["1"] };
const codes = (name: string, text: string): readonly string[] => [
  ...new Set(
    dLanguage()
      .parse({ name, text }, context)
      .diagnostics.map(({ code }) => code),
  ),
];

describe.skipIf(!existsSync(new URL("seeds/", shared)))("scripts people wrote", () => {
  for (const { name, text } of scripts("seeds/")) {
    test(name, () => {
      expect(parseSyntaxTree({ name, text }).diagnostics).toEqual([]);
      expect(codes(name, text)).toEqual(text.includes("provider pony {") ? ["D_PROVIDER_FILE"] : []);
    });
  }
});

/** What DTrace answers to the scripts that it refuses; its transcripts do not show the tags. */
const refused: Readonly<Record<string, string>> = {
  "agg_key2.d": "D_AGG_REDEF",
  "agg_keyint.d": "D_AGG_REDEF",
  "agg_noq.d": "D_AGG_REDEF",
  "bad.d": "D_SYNTAX",
  "cpp.d": "D_PRAGCTL_INVAL",
  "cpp2.d": "D_PRAGCTL_INVAL",
  "empty.d": "D_EMPTY",
  "noaction.d": "D_SYNTAX",
  "printa_badfmt.d": "D_PRINTF_ARG_TYPE",
  "printf_few.d": "D_PRINTF_ARG_PROTO",
  "printf_g.d": "D_PRINTF_ARG_TYPE",
  "printf_many.d": "D_PRINTF_ARG_EXTRA",
  "printf_mism.d": "D_PRINTF_ARG_TYPE",
  "printf_mism2.d": "D_PRINTF_ARG_TYPE",
  "printf_quoteflag.d": "D_PRINTF_AGG_CONV",
  "printf_wc.d": "D_PRINTF_ARG_TYPE",
  "system.d": "D_DESTRUCTIVE",
  "system_w.d": "D_DESTRUCTIVE",
};

/** Scripts that need what is not there yet. */
const notYet: ReadonlySet<string> = new Set([
  "builtin.d",
  "cpuvar.d",
  "curthread.d",
  "curthread2.d",
  "printa_k.d",
  "printact.d",
]);

describe.skipIf(!existsSync(new URL("reference/dtrace/", shared)))("scripts that DTrace was asked", () => {
  for (const { name, text } of scripts("reference/dtrace/")) {
    const code = refused[name] ?? (notYet.has(name) ? "D_NOT_SUPPORTED" : undefined);
    test(`${name}: ${code ?? "a program"}`, () => {
      const [first] = codes(name, text);
      expect(first).toBe(code);
    });
  }
});
