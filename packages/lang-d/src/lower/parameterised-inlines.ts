/** Inlines with parameters (dtrace(1), "Inlines"): at each use, the expression with the arguments in their places. */
import { reject } from "@trace/syntax";
import type { IndexNode } from "../ast/expression.ts";
import type { InlineNode } from "../ast/program.ts";
import { convert } from "../types/convert.ts";
import { decayed, type DType, type Typed } from "../types/d-type.ts";
import type { Scope } from "./scope.ts";
import { resolveDeclared, resolveTypeName } from "./type-names.ts";

export function declareParameterisedInline(
  scope: Scope,
  { specifiers, declarator, value }: InlineNode,
): void {
  const { name, suffixes, span } = declarator;
  if (name === undefined) reject("D_SYNTAX", "expected the name of the inline", span);
  const keys = suffixes.flatMap((suffix) => (suffix.kind === "keys" ? suffix.types : []));
  const parameters = keys.map((key) => {
    const parameter = key.declarator.name;
    if (parameter === undefined) reject("D_DECL_PARMNAME", "a parameter of an inline needs a name", key.span);
    return { name: parameter.text, type: resolveTypeName(scope, key) };
  });
  if (scope.parameterisedInlines.has(name.text) || scope.variable("global", name.text) !== undefined)
    reject("D_DECL_IDRED", `${name.text} is already declared`, name.span);
  const type = resolveDeclared(scope, specifiers, { ...declarator, suffixes: [] });
  scope.parameterisedInlines.set(name.text, { parameters, type, value });
}

/** `name[arguments]`, if `name` is such an inline. */
export function useParameterisedInline(scope: Scope, { base, keys, span }: IndexNode): Typed | undefined {
  const name = base.kind === "identifier" ? base.name : "";
  const inline = scope.parameterisedInlines.get(name);
  if (inline === undefined) return undefined;
  const { parameters, type, value } = inline;
  if (keys.length !== parameters.length)
    reject("D_PROTO_LEN", `${name}[] takes ${parameters.length} arguments, not ${keys.length}`, span);
  const names = new Map(
    parameters.map((parameter, at) => {
      const node = keys[at] ?? base;
      const given = asType(decayed(scope.lower(node)), parameter.type);
      if (given === undefined)
        reject("D_PROTO_ARG", `argument ${at + 1} of ${name}[] is a ${parameter.type.name}`, node.span);
      return [parameter.name, given] as const;
    }),
  );
  // It is not known in its own expression: that would have no end.
  scope.parameterisedInlines.delete(name);
  try {
    const result = asType(
      scope.binding(names, span, () => scope.lower(value)),
      type,
    );
    return result ?? reject("D_OP_INCOMPAT", `inline ${name} is no ${type.name}`, value.span);
  } finally {
    scope.parameterisedInlines.set(name, inline);
  }
}

function asType(value: Typed, type: DType): Typed | undefined {
  const isSimple = (one: DType): boolean => one.kind === "integer" || one.kind === "pointer";
  if (type.kind === "string" && value.type.kind === "string") return value;
  return isSimple(type) && isSimple(value.type) ? { ir: convert(value, type), type } : undefined;
}
