/** The names of the script: those of the program where they can be, each once. */
import type { Program, VariableExpression, VariableScope } from "@trace/core";
import { identifier } from "@trace/lang-d";

export interface ScriptNames {
  variable(variable: { readonly scope: VariableScope; readonly name: string }): string;
  /** Without the `@`. */
  aggregation(name: string): string;
}

/** Global variables share their names with everything that DTrace knows: they get a prefix. */
export function nameAll(program: Program): ScriptNames {
  const scopes: readonly VariableScope[] = ["global", "thread", "clause"];
  const variables = new Map(
    scopes.map((scope) => {
      const own = program.variables.filter((variable) => variable.scope === scope);
      return [scope, uniqueNames(own.map(({ name }) => [name, name]))];
    }),
  );
  const aggregations = uniqueNames(
    program.aggregations.map(({ name }) => [name, name === "_" ? "unnamed" : name]),
  );
  return {
    variable: ({ scope, name }: Pick<VariableExpression, "scope" | "name">) => {
      const unique = variables.get(scope)?.get(name) ?? identifier(name);
      return scope === "global" ? `var_${unique}` : unique;
    },
    aggregation: (name) => aggregations.get(name) ?? identifier(name),
  };
}

/** Names that differ may be one as identifiers: those after the first get a number. */
function uniqueNames(names: readonly (readonly [key: string, name: string])[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map(([key, name]) => {
      const plain = identifier(name);
      let unique = plain;
      for (let n = 2; taken.has(unique); n++) unique = `${plain}_${n}`;
      taken.add(unique);
      return [key, unique];
    }),
  );
}
