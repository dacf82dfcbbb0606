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

/** The type that words such as `unsigned long` make, in any order. */
function resolveWords({ words, span }: WordsTypeNode): DType {
  const count = (word: string): number => words.filter((one) => one === word).length;
  const refuse = (code: string): never => reject(code, `'${words.join(" ")}' is no type`, span);
  const base = words.filter((word) => !MODIFIERS.has(word));
  const [name = "int"] = base;
  const unsigned = count("unsigned") > 0;
  const signs = count("unsigned") + count("signed");
  const sizes = count("short") + count("long");
  if (words.length === 0 || base.length > 1 || signs > 1 || count("short") > 1 || count("long") > 2)
    return refuse("D_DECL_COMBO");
  if (count("short") > 0 && count("long") > 0) return refuse("D_DECL_COMBO");
  switch (name) {
    case "int": {
      const size = count("short") > 0 ? "short" : (["int", "long", "long long"][count("long")] ?? "int");
      return integerType((unsigned ? `unsigned ${size}` : size) as IntegerTypeName);
    }
    case "char":
      if (sizes > 0) return refuse("D_DECL_CHARATTR");
      return integerType(unsigned ? "unsigned char" : count("signed") > 0 ? "signed char" : "char");
    case "void":
      return signs + sizes > 0 ? refuse("D_DECL_VOIDATTR") : voidType;
    case "string":
      return signs + sizes > 0 ? refuse("D_DECL_COMBO") : stringType;
    default:
      return signs > 0 ? refuse("D_DECL_SIGNINT") : sizes > 0 ? refuse("D_DECL_LONGINT") : doubleType;
  }
}

const MODIFIERS: ReadonlySet<string> = new Set(["short", "long", "signed", "unsigned"]);

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
