/** D as a language plugin. */
import type { Language, LanguageContext, LanguageResult, SourceText } from "@trace/core";
import { DiagnosticList } from "@trace/syntax";
import type { ProgramNode } from "./ast/program.ts";
import { lowerProgram } from "./lower/lower-program.ts";
import { parseProgram } from "./parser/program-parser.ts";

/** The D language of DTrace. Codes of its diagnostics are DTrace's error tags (`D_SYNTAX`, `D_IDENT_UNDEF`). */
export function dLanguage(): Language {
  return { apiVersion: 1, name: "d", extensions: [".d"], parse: parseD };
}

function parseD(source: SourceText, context: LanguageContext = {}): LanguageResult {
  const diagnostics = new DiagnosticList();
  const tree = parseProgram(source, diagnostics);
  // What a broken clause assigns would be missing in the others: their errors would say nothing new.
  if (diagnostics.failed) return { diagnostics: diagnostics.items };
  if (tree.declarations.length === 0)
    diagnostics.error("D_EMPTY", "the script has no clauses", { start: 0, end: 0 }, "write BEGIN { ... }");
  const program = lowerProgram(source.name, tree, context, diagnostics);
  return { ...(diagnostics.failed ? {} : { program }), diagnostics: diagnostics.items };
}

/** The syntax tree of `source`, for tools: what could be read, and what is wrong with the rest. */
export function parseSyntaxTree(source: SourceText): {
  readonly tree: ProgramNode;
  readonly diagnostics: LanguageResult["diagnostics"];
} {
  const diagnostics = new DiagnosticList();
  const tree = parseProgram(source, diagnostics);
  return { tree, diagnostics: diagnostics.items };
}
