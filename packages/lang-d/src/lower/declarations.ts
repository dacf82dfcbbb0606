/** Declarations outside of clauses: variables, types, constants. */
import { walkExpression, type VariableScope } from "@trace/core";
import { reject } from "@trace/syntax";
import type { DeclarationNode, ExternalNode, InlineNode } from "../ast/program.ts";
import type { DeclaratorNode } from "../ast/type.ts";
import { isInMemory, type DType } from "../types/d-type.ts";
import { convert } from "../types/convert.ts";
import { builtinVariables } from "./builtin-variables.ts";
import { declareParameterisedInline } from "./parameterised-inlines.ts";
import { declareTranslator } from "./translators.ts";
import { notSupported, variableText, type Scope } from "./scope.ts";
import { declareEnumerators, resolveDeclared, resolveTypeName } from "./type-names.ts";

export function lowerDeclaration(scope: Scope, node: Exclude<ExternalNode, { kind: "clause" }>): void {
  switch (node.kind) {
    case "declaration":
      return declareAll(scope, node);
    case "inline":
      return declareInline(scope, node);
    case "translator":
      return declareTranslator(scope, node);
    case "provider":
      reject(
        "D_PROVIDER_FILE",
        `this declares the probes of provider '${node.name.text}': it is no program to run`,
        node.name.span,
        "run a script that has clauses",
      );
  }
}

function declareAll(scope: Scope, { specifiers, declarators }: DeclarationNode): void {
  const { base, storage } = specifiers;
  // A type that is declared without a variable, too.
  if (declarators.length === 0)
    resolveTypeName(scope, { specifiers, declarator: nameless(specifiers.span), span: specifiers.span });
  if (base.kind === "enum") declareEnumerators(scope, base);
  for (const declarator of declarators) {
    const { name } = declarator;
    if (storage === "typedef") {
      if (name !== undefined) scope.types.set(name.text, resolveDeclared(scope, specifiers, declarator));
      continue;
    }
    declareVariable(scope, declarator, storage, (keyless) => resolveDeclared(scope, specifiers, keyless));
  }
}

function nameless(span: DeclaratorNode["span"]): DeclaratorNode {
  return { pointers: 0, suffixes: [], span };
}

function declareVariable(
  scope: Scope,
  declarator: DeclaratorNode,
  storage: DeclarationNode["specifiers"]["storage"],
  resolve: (declarator: DeclaratorNode) => DType,
): void {
  const { name, suffixes, span } = declarator;
  if (name === undefined) notSupported("function types are", span);
  if (storage !== undefined && storage !== "self" && storage !== "this")
    reject("D_DECL_BADCLASS", `storage class '${storage}' has no meaning in D`, span, "use self or this");
  const variableScope: VariableScope =
    storage === "self" ? "thread" : storage === "this" ? "clause" : "global";
  const keys = suffixes.flatMap((suffix) => (suffix.kind === "keys" ? suffix.types : []));
  const type = resolve({ ...declarator, suffixes: suffixes.filter((suffix) => suffix.kind !== "keys") });
  const text = variableText(variableScope, name.text);
  if (type.kind === "void") reject("D_DECL_VOIDOBJ", `${text} cannot be void`, span);
  if (variableScope === "clause" && keys.length > 0)
    reject(
      "D_DECL_LOCASSC",
      "clause-local variables cannot be associative arrays",
      span,
      "use self or a global",
    );
  if (isInMemory(type)) {
    if (variableScope === "thread") notSupported(`thread-local variables of type ${type.name} are`, span);
    if (keys.length > 0) notSupported(`associative arrays of ${type.name} are`, span);
    if (type.kind === "record" && type.layout.members === undefined)
      reject("D_DECL_INCOMPLETE", `${type.name} has no members yet`, span);
  }
  const taken = scope.variable(variableScope, name.text) !== undefined;
  if (
    taken ||
    (variableScope === "global" && (builtinVariables.has(name.text) || scope.inlines.has(name.text)))
  )
    reject("D_DECL_IDRED", `${text} is already declared`, name.span);
  scope.declare({
    scope: variableScope,
    name: name.text,
    type,
    ...(isInMemory(type) ? { offset: scope.reserve(type, span) } : {}),
    keys: keys.map((key) => resolveTypeName(scope, key)),
    span: name.span,
  });
}

function declareInline(scope: Scope, node: InlineNode): void {
  const { specifiers, declarator, value, span } = node;
  const { name, suffixes } = declarator;
  if (name === undefined) reject("D_SYNTAX", "expected the name of the inline", span);
  if (suffixes.some((suffix) => suffix.kind === "keys")) return declareParameterisedInline(scope, node);
  if (suffixes.length > 0) notSupported("inlines of arrays and functions are", span);
  if (scope.variable("global", name.text) !== undefined || scope.inlines.has(name.text))
    reject("D_DECL_IDRED", `${name.text} is already declared`, name.span);
  const type = resolveDeclared(scope, specifiers, declarator);
  const lowered = scope.lower(value);
  const string = type.kind === "string" || lowered.type.kind === "string";
  if (type.kind === "void" || (string ? type.kind !== lowered.type.kind : lowered.type.kind === "void"))
    reject(
      "D_OP_INCOMPAT",
      `inline ${name.text} is ${type.name}, its value ${lowered.type.name}`,
      value.span,
    );
  const ir = string ? lowered.ir : convert(lowered, type);
  let size = 0;
  walkExpression(ir, () => size++);
  scope.inlines.set(name.text, { value: { ir, type }, size });
}
