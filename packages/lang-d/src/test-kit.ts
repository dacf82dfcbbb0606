/** What the tests of this package share: a script in, what became of it out. */
import type { Clause, Expression, LanguageContext, Program, Statement } from "@trace/core";
import { renderDiagnostics } from "@trace/syntax";
import { dLanguage } from "./d-language.ts";

/** The program of a script that has no errors. */
export function lowered(text: string, context: LanguageContext = {}): Program {
  const source = { name: "x.d", text };
  const { program, diagnostics } = dLanguage().parse(source, context);
  if (program === undefined) throw new Error(renderDiagnostics(diagnostics, source));
  return withoutSpans(program);
}

/** The first clause of a script. */
export function clauseOf(text: string, context: LanguageContext = {}): Clause {
  const [clause] = lowered(text, context).clauses;
  if (clause === undefined) throw new Error("no clause");
  return clause;
}

/** The statements of `BEGIN { body }`. */
export function bodyOf(body: string, context: LanguageContext = {}): readonly Statement[] {
  return clauseOf(`BEGIN { ${body} }`, context).body;
}

/** The expression `text` as an IR expression, by tracing it. */
export function expressionOf(text: string, context: LanguageContext = {}): Expression {
  const [statement] = bodyOf(`trace(${text});`, context).slice(-1);
  if (statement?.kind !== "trace") throw new Error("no value");
  return statement.value;
}

/** The codes of the errors of a script, in order. */
export function codesOf(text: string, context: LanguageContext = {}): readonly string[] {
  return dLanguage()
    .parse({ name: "x.d", text }, context)
    .diagnostics.map(({ code }) => code);
}

/** The errors of a script as a user sees them. */
export function errorsOf(text: string, context: LanguageContext = {}): string {
  const source = { name: "x.d", text };
  return renderDiagnostics(dLanguage().parse(source, context).diagnostics, source);
}

/** A copy of `value` without the places of its nodes. */
export function withoutSpans<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "span" ? undefined : part))) as T;
}
