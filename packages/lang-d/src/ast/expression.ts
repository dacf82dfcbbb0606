/** Expressions as written, before names and types are known. */
import type { Name, Node } from "./name.ts";
import type { TypeNameNode } from "./type.ts";

/** `42`, `0x2aULL`; also `'a'`, whose value is that of its bytes. */
export interface IntegerNode extends Node {
  readonly kind: "integer";
  /** 0 to 2^64 - 1. */
  readonly value: bigint;
  /** Decimal constants are signed unless their suffix says otherwise; others take the first type that holds them. */
  readonly decimal: boolean;
  /** `u`, `l`, `ll`, `ul`, `ull` or nothing, in lower case. */
  readonly suffix: string;
}

export interface FloatNode extends Node {
  readonly kind: "float";
  readonly text: string;
}

export interface StringNode extends Node {
  readonly kind: "string";
  readonly value: string;
}

export interface IdentifierNode extends Node {
  readonly kind: "identifier";
  readonly name: string;
}

/** `$1`, `$$1`, `$pid`, `$$target`: `name` is without dollars. */
export interface MacroNode extends Node {
  readonly kind: "macro";
  readonly name: string;
  /** Written with two dollars: its text as a string. */
  readonly quoted: boolean;
}

/** `@name`; `@` alone is named `_`. */
export interface AggregationNode extends Node {
  readonly kind: "aggregation";
  readonly name: string;
}

export interface IndexNode extends Node {
  readonly kind: "index";
  readonly base: ExpressionNode;
  readonly keys: readonly ExpressionNode[];
}

export interface CallNode extends Node {
  readonly kind: "call";
  readonly callee: ExpressionNode;
  readonly arguments: readonly ExpressionNode[];
}

/** `base.name`, `base->name`; also `self->name` and `this->name`. */
export interface MemberNode extends Node {
  readonly kind: "member";
  readonly base: ExpressionNode;
  readonly operator: "." | "->";
  readonly name: Name;
}

export type PrefixOperator = "+" | "-" | "~" | "!" | "*" | "&";

export interface UnaryNode extends Node {
  readonly kind: "unary";
  readonly operator: PrefixOperator;
  readonly operand: ExpressionNode;
}

export interface IncrementNode extends Node {
  readonly kind: "increment";
  readonly operator: "++" | "--";
  readonly prefix: boolean;
  readonly operand: ExpressionNode;
}

export type InfixOperator =
  | "*"
  | "/"
  | "%"
  | "+"
  | "-"
  | "<<"
  | ">>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "=="
  | "!="
  | "&"
  | "^"
  | "|"
  | "&&"
  | "^^"
  | "||";

export interface BinaryNode extends Node {
  readonly kind: "binary";
  readonly operator: InfixOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export interface ConditionalNode extends Node {
  readonly kind: "conditional";
  readonly condition: ExpressionNode;
  readonly consequence: ExpressionNode;
  readonly alternative: ExpressionNode;
}

export type AssignmentOperator = "=" | "*=" | "/=" | "%=" | "+=" | "-=" | "<<=" | ">>=" | "&=" | "^=" | "|=";

export interface AssignmentNode extends Node {
  readonly kind: "assignment";
  readonly operator: AssignmentOperator;
  readonly target: ExpressionNode;
  readonly value: ExpressionNode;
}

export interface CommaNode extends Node {
  readonly kind: "comma";
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export interface CastNode extends Node {
  readonly kind: "cast";
  readonly type: TypeNameNode;
  readonly operand: ExpressionNode;
}

export interface SizeofTypeNode extends Node {
  readonly kind: "sizeof-type";
  readonly type: TypeNameNode;
}

/** `sizeof x` and `stringof x`. */
export interface OperatorWordNode extends Node {
  readonly kind: "sizeof" | "stringof";
  readonly operand: ExpressionNode;
}

export interface OffsetofNode extends Node {
  readonly kind: "offsetof";
  readonly type: TypeNameNode;
  readonly member: Name;
}

/** `xlate <type> (operand)`. */
export interface TranslateNode extends Node {
  readonly kind: "translate";
  readonly type: TypeNameNode;
  readonly operand: ExpressionNode;
}

export type ExpressionNode =
  | IntegerNode
  | FloatNode
  | StringNode
  | IdentifierNode
  | MacroNode
  | AggregationNode
  | IndexNode
  | CallNode
  | MemberNode
  | UnaryNode
  | IncrementNode
  | BinaryNode
  | ConditionalNode
  | AssignmentNode
  | CommaNode
  | CastNode
  | SizeofTypeNode
  | OperatorWordNode
  | OffsetofNode
  | TranslateNode;
