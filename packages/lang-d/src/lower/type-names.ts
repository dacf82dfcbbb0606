/** What a type written in the source means. */
import { reject, didYouMean } from "@trace/syntax";
import type {
  BaseTypeNode,
  DeclaratorNode,
  SpecifiersNode,
  TypeNameNode,
  WordsTypeNode,
} from "../ast/type.ts";
import {
  aliased,
  doubleType,
  integerType,
  pointerTo,
  stringType,
  voidType,
  type DType,
} from "../types/d-type.ts";
import { typedefs, type IntegerTypeName } from "../types/known-types.ts";
import { notSupported, type Scope } from "./scope.ts";

/** The type that `node` names. Rejects unknown names and what is not supported yet. */
export function resolveTypeName(scope: Scope, { specifiers, declarator }: TypeNameNode): DType {
  return resolveDeclared(scope, specifiers, declarator);
}

/** The type that `declarator` gives its name, its key suffix aside. */
export function resolveDeclared(
  scope: Scope,
  { base }: SpecifiersNode,
  { pointers, inner, suffixes, span }: DeclaratorNode,
): DType {
  if (inner !== undefined || suffixes.some((suffix) => suffix.kind === "function"))
    notSupported("function types are", span);
  if (suffixes.some((suffix) => suffix.kind === "array")) notSupported("arrays of fixed size are", span);
  if (pointers === 0) return resolveBase(scope, base);
  let type: DType = pointerTo(baseName(base));
  for (let count = 1; count < pointers; count++) type = pointerTo(type.name);
  return type;
}

function resolveBase(scope: Scope, base: BaseTypeNode): DType {
  switch (base.kind) {
    case "words":
      return resolveWords(base);
    case "named":
      return resolveNamed(scope, base.name, base.span);
    case "struct":
    case "union":
      return notSupported(`values of ${base.kind} types are`, base.span);
    case "enum":
      return integerType("int");
  }
}

function resolveNamed(scope: Scope, name: string, span: BaseTypeNode["span"]): DType {
  const declared = scope.types.get(name);
  if (declared !== undefined) return declared;
  const known = typedefs.get(name);
  if (known === undefined)
    reject(
      "D_TYPE_ERR",
      `unknown type '${name}'`,
      span,
      didYouMean(name, [...scope.types.keys(), ...typedefs.keys()]),
    );
  if (known === "void *") return pointerTo("void");
  return name === "int64_t" || name === "uint64_t" ? aliased(integerType(known)) : integerType(known);
}

function resolveWords({ words, span }: WordsTypeNode): DType {
  const count = (word: string): number => words.filter((one) => one === word).length;
  const sign = count("signed") + count("unsigned");
  const bad = (): never => reject("D_DECL_COMBO", `'${words.join(" ")}' is no type`, span);
  const [only] = words;
  if (words.length === 0) return bad();
  if (words.length === 1 && only === "string") return stringType;
  if (words.length === 1 && only === "void") return voidType;
  if (words.length === 1 && (only === "double" || only === "float")) return doubleType;
  if (sign > 1 || words.some((word) => ["string", "void", "float", "double"].includes(word))) return bad();
  const long = count("long");
  const sizes = [count("char") > 0, count("short") > 0, long > 0].filter(Boolean).length;
  if (sizes > 1 || count("char") > 1 || count("short") > 1 || long > 2 || count("int") > 1) return bad();
  if (count("char") === 1) {
    if (count("int") > 0) return bad();
    return integerType(sign === 0 ? "char" : count("unsigned") > 0 ? "unsigned char" : "signed char");
  }
  const size = count("short") === 1 ? "short" : long === 2 ? "long long" : long === 1 ? "long" : "int";
  return integerType(count("unsigned") > 0 ? (`unsigned ${size}` as IntegerTypeName) : size);
}

/** A type as written, for the names of pointers. */
function baseName(base: BaseTypeNode): string {
  switch (base.kind) {
    case "words":
      return base.words.join(" ");
    case "named":
      return base.name;
    case "struct":
    case "union":
    case "enum":
      return `${base.kind} ${base.tag?.text ?? "(anonymous)"}`;
  }
}
