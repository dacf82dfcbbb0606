/** A whole D script as written. */
import type { ExpressionNode } from "./expression.ts";
import type { Name, Node } from "./name.ts";
import type { DeclaratorNode, ParameterNode, SpecifiersNode, TypeNameNode } from "./type.ts";

/** A probe description as it stands in the source, fields and macros not yet taken apart. */
export interface ProbeDescriptionNode extends Node {
  readonly text: string;
}

export interface ExpressionStatementNode extends Node {
  readonly kind: "expression";
  readonly expression: ExpressionNode;
}

export interface IfNode extends Node {
  readonly kind: "if";
  readonly condition: ExpressionNode;
  readonly consequence: readonly StatementNode[];
  readonly alternative: readonly StatementNode[];
}

export type StatementNode = ExpressionStatementNode | IfNode;

export interface ClauseNode extends Node {
  readonly kind: "clause";
  readonly descriptions: readonly ProbeDescriptionNode[];
  readonly predicate?: ExpressionNode;
  readonly body: readonly StatementNode[];
}

/** `self int x, y;`, `typedef unsigned long ulong_t;`, `struct s { ... };`. */
export interface DeclarationNode extends Node {
  readonly kind: "declaration";
  readonly specifiers: SpecifiersNode;
  readonly declarators: readonly DeclaratorNode[];
}

/** `inline int N = 5;` */
export interface InlineNode extends Node {
  readonly kind: "inline";
  readonly specifiers: SpecifiersNode;
  readonly declarator: DeclaratorNode;
  readonly value: ExpressionNode;
}

/** `translator out_t < in_t *p > { member = expression; };` */
export interface TranslatorNode extends Node {
  readonly kind: "translator";
  readonly output: TypeNameNode;
  readonly input: TypeNameNode;
  readonly members: readonly { readonly name: Name; readonly value: ExpressionNode }[];
}

/** One probe of a provider: `probe name(int a) : (string b);` */
export interface ProviderProbeNode extends Node {
  readonly name: Name;
  readonly parameters: readonly ParameterNode[];
  /** What tracers see, where it differs from what the program gives. */
  readonly translated?: readonly ParameterNode[];
}

/** `provider name { probe ...; };` */
export interface ProviderNode extends Node {
  readonly kind: "provider";
  readonly name: Name;
  readonly probes: readonly ProviderProbeNode[];
}

/** A control line: `#pragma D option quiet`. `words` is what follows the `#`. */
export interface ControlLineNode extends Node {
  readonly words: readonly Name[];
}

export type ExternalNode = ClauseNode | DeclarationNode | InlineNode | TranslatorNode | ProviderNode;

export interface ProgramNode extends Node {
  readonly declarations: readonly ExternalNode[];
  readonly controlLines: readonly ControlLineNode[];
}
