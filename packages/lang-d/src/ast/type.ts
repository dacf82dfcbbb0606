/** Types and declarators as written. */
import type { ExpressionNode } from "./expression.ts";
import type { Name, Node } from "./name.ts";

/** `unsigned long`, `string`, `void`: words of the language, in the order written. */
export interface WordsTypeNode extends Node {
  readonly kind: "words";
  readonly words: readonly string[];
}

/** A type by its name: `uint64_t`, `pid_t`, a typedef. */
export interface NamedTypeNode extends Node {
  readonly kind: "named";
  readonly name: string;
}

/** `struct tag { members }`; without members a reference to it. */
export interface RecordTypeNode extends Node {
  readonly kind: "struct" | "union";
  readonly tag?: Name;
  readonly members?: readonly MemberDeclarationNode[];
}

export interface EnumTypeNode extends Node {
  readonly kind: "enum";
  readonly tag?: Name;
  readonly enumerators?: readonly EnumeratorNode[];
}

export interface EnumeratorNode extends Node {
  readonly name: Name;
  readonly value?: ExpressionNode;
}

export type BaseTypeNode = WordsTypeNode | NamedTypeNode | RecordTypeNode | EnumTypeNode;

export type StorageClass = "auto" | "extern" | "register" | "self" | "static" | "this" | "typedef";

/** What stands before the declarators: `self const uint64_t`. */
export interface SpecifiersNode extends Node {
  readonly storage?: StorageClass;
  readonly qualifiers: readonly string[];
  readonly base: BaseTypeNode;
}

/** `[10]`, `[]`. */
export interface ArraySuffixNode extends Node {
  readonly kind: "array";
  readonly size?: ExpressionNode;
}

/** `[string, int]`: the keys of an associative array. */
export interface KeysSuffixNode extends Node {
  readonly kind: "keys";
  readonly types: readonly TypeNameNode[];
}

/** `(int, char *)`. */
export interface FunctionSuffixNode extends Node {
  readonly kind: "function";
  readonly parameters: readonly ParameterNode[];
  readonly variadic: boolean;
}

export type DeclaratorSuffixNode = ArraySuffixNode | KeysSuffixNode | FunctionSuffixNode;

/** `*name[10]`; in parentheses, another declarator in the place of the name: `(*name)(int)`. */
export interface DeclaratorNode extends Node {
  readonly pointers: number;
  readonly name?: Name;
  readonly inner?: DeclaratorNode;
  readonly suffixes: readonly DeclaratorSuffixNode[];
}

/** A type where no name is declared, as in casts. */
export interface TypeNameNode extends Node {
  readonly specifiers: SpecifiersNode;
  readonly declarator: DeclaratorNode;
}

/** A parameter; `declarator` may have a name. */
export type ParameterNode = TypeNameNode;

/** Members of a struct or union; `width` is that of a bit-field. */
export interface MemberDeclarationNode extends Node {
  readonly specifiers: SpecifiersNode;
  readonly members: readonly { readonly declarator: DeclaratorNode; readonly width?: ExpressionNode }[];
}
