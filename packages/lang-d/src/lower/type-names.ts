/** What a type written in the source means. */
import { reject, didYouMean } from "@trace/syntax";
import { constant, constantValue } from "../types/convert.ts";
import { layOut, type DeclaredMember } from "../types/record-layout.ts";
import type {
  ArraySuffixNode,
  BaseTypeNode,
  DeclaratorNode,
  EnumTypeNode,
  MemberDeclarationNode,
  RecordTypeNode,
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
  type RecordDType,
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
  if (suffixes.some((suffix) => suffix.kind === "function")) {
    // Nothing calls through it: its address is all there is.
    if (inner !== undefined) return pointerTo("function");
    notSupported("function types are", span);
  }
  if (inner !== undefined) notSupported("pointers to arrays are", span);
  let type = pointers === 0 ? resolveBase(scope, base) : pointerTo(...target(scope, base));
  for (let count = 1; count < pointers; count++) type = pointerTo(type.name, type);
  for (const suffix of suffixes.toReversed())
    if (suffix.kind === "array") type = arrayOf(scope, type, suffix);
  return type;
}

/** The name and type that a pointer is to. What is not known may be pointed to. */
function target(scope: Scope, base: BaseTypeNode): readonly [string, DType?] {
  const isKnown = base.kind !== "named" || scope.types.has(base.name) || typedefs.has(base.name);
  if (!isKnown) return [baseName(base)];
  const type = resolveBase(scope, base);
  return [type.kind === "record" ? type.name : baseName(base), type];
}

/** Elements of an array: more memory than a program may have is refused when it is given some. */
const LONGEST = 2 ** 31 - 1;

function arrayOf(scope: Scope, element: DType, { size, span }: ArraySuffixNode): DType {
  const length = size === undefined ? 0 : constantValue(scope.lower(size));
  if (typeof length !== "number" || length < 0 || length > LONGEST)
    reject("D_DECL_ARRSUB", "the size of an array must be a positive integer constant", size?.span ?? span);
  if (element.kind === "void") reject("D_DECL_VOIDOBJ", "an array cannot have elements of type void", span);
  const [, first = element.name, more = ""] = /^([^[]*?)( ?\[.*)?$/.exec(element.name) ?? [];
  return { kind: "array", name: `${first} [${length}]${more.trimStart()}`, element, length };
}

function resolveBase(scope: Scope, base: BaseTypeNode): DType {
  switch (base.kind) {
    case "words":
      return resolveWords(base);
    case "named":
      return resolveNamed(scope, base.name, base.span);
    case "struct":
    case "union":
      return resolveRecord(scope, base);
    case "enum":
      declareEnumerators(scope, base);
      return integerType("int");
  }
}

/** The struct or union of a tag, made where it is first named; and its members where they are declared. */
function resolveRecord(scope: Scope, node: RecordTypeNode): RecordDType {
  const { kind, tag, members } = node;
  const name = `${kind} ${tag?.text ?? "(anonymous)"}`;
  const known = tag === undefined ? undefined : scope.records.get(name);
  const record: RecordDType = known ?? {
    kind: "record",
    name,
    layout: { members: undefined, size: 0, alignment: 1 },
  };
  if (tag !== undefined) scope.records.set(name, record);
  if (members === undefined) return record;
  if (record.layout.members !== undefined) {
    // A clause may be lowered twice; a type in it is the same one.
    if (scope.recordNodes.get(node) === record) return record;
    reject("D_DECL_IDRED", `${name} is already declared`, tag?.span ?? node.span);
  }
  scope.recordNodes.set(node, record);
  layOut(
    record,
    kind,
    members.flatMap((declaration) => declaredMembers(scope, declaration)),
  );
  return record;
}

function declaredMembers(scope: Scope, { specifiers, members }: MemberDeclarationNode): DeclaredMember[] {
  if (members.length === 0) return [{ name: undefined, type: resolveBase(scope, specifiers.base) }];
  return members.map(({ declarator, width }) => {
    const type = resolveDeclared(scope, specifiers, declarator);
    const name = declarator.name?.text ?? declarator.inner?.name?.text;
    if (type.kind === "void") reject("D_DECL_VOIDOBJ", "a member cannot be void", declarator.span);
    if (type.kind === "record" && type.layout.members === undefined)
      reject("D_DECL_INCOMPLETE", `${type.name} has no members yet`, declarator.span);
    if (width === undefined) return { name, type };
    const bits = constantValue(scope.lower(width));
    if (type.kind !== "integer") reject("D_DECL_BFTYPE", "a bit-field is an integer", declarator.span);
    if (typeof bits !== "number" || bits < (name === undefined ? 0 : 1) || bits > type.ir.bits)
      reject("D_DECL_BFSIZE", `a bit-field of type ${type.name} has 0 to ${type.ir.bits} bits`, width.span);
    return { name, type, width: bits };
  });
}

/** The constants of an enum, as inlines. */
export function declareEnumerators(scope: Scope, node: EnumTypeNode): void {
  if (node.enumerators === undefined || scope.enums.has(node)) return;
  scope.enums.add(node);
  let next = 0n;
  for (const { name, value, span } of node.enumerators) {
    const given = value === undefined ? next : constantValue(scope.lower(value));
    if (given === undefined)
      reject("D_DECL_ENCONST", `the value of ${name.text} must be an integer constant`, value?.span ?? span);
    if (BigInt(given) > 2n ** 31n - 1n || BigInt(given) < -(2n ** 31n))
      reject("D_DECL_ENOFLOW", `the value of ${name.text} does not fit an int`, span);
    if (scope.inlines.has(name.text) || scope.variable("global", name.text) !== undefined)
      reject("D_DECL_IDRED", `${name.text} is already declared`, name.span);
    scope.inlines.set(name.text, { value: constant(BigInt(given), integerType("int"), span), size: 1 });
    next = BigInt(given) + 1n;
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
  if (known === "void *") return pointerTo("void", voidType);
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
