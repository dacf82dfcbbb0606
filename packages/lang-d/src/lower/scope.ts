/** What is known while a program is lowered: its names, its options, and the clause at hand. */
import {
  walkExpression,
  type AggregationDeclaration,
  type LanguageContext,
  type ProbeDescription,
  type Span,
  type VariableScope,
} from "@trace/core";
import { reject, type DiagnosticList } from "@trace/syntax";
import type { ExpressionNode } from "../ast/expression.ts";
import { alignmentOf, sizeOf, type DType, type RecordDType, type Typed } from "../types/d-type.ts";
import type { DOptions } from "./options.ts";

export interface Variable {
  readonly scope: VariableScope;
  readonly name: string;
  readonly type: DType;
  /** Types of the keys of an associative array; empty for a scalar. */
  readonly keys: readonly DType[];
  /** Of an array or a record: where it is in the program's memory. */
  readonly offset?: number;
  readonly span: Span;
}

export interface Aggregation {
  readonly declaration: AggregationDeclaration;
  readonly keys: readonly DType[];
}

/** A name that stands for an expression: `inline`, or an enumerator. */
export interface Inline {
  readonly value: Typed;
  /** How many nodes its expression has. */
  readonly size: number;
}

/** `inline int sum[int a, int b] = a + b;` */
export interface ParameterisedInline {
  readonly parameters: readonly { readonly name: string; readonly type: DType }[];
  readonly type: DType;
  readonly value: ExpressionNode;
}

/** How the members of a struct come from a value of another type. */
export interface Translator {
  readonly input: DType;
  /** What the members' expressions call that value. */
  readonly parameter: string;
  readonly members: ReadonlyMap<string, ExpressionNode>;
}

/** Nodes that all uses of inlines may add to a program: inlines of inlines grow without end otherwise. */
const MOST_INLINED = 100_000;
const NODES_OF_USE = 16;

/** Bytes that the validator of programs allows. */
const MOST_MEMORY = 1_048_576;

export class Scope {
  /** The name of the script: `$0`. */
  readonly scriptName: string;
  readonly context: LanguageContext;
  diagnostics: DiagnosticList;
  readonly options: DOptions;
  readonly types: Map<string, DType> = new Map();
  /** Structs and unions by their names, as `struct tag`. */
  readonly records: Map<string, RecordDType> = new Map();
  /** Where the members of records, and the constants of enums, were declared. */
  readonly recordNodes: Map<object, RecordDType> = new Map();
  readonly enums: Set<object> = new Set();
  /** Translators by the name of the type that they make. */
  readonly translators: Map<string, Translator[]> = new Map();
  readonly parameterisedInlines: Map<string, ParameterisedInline> = new Map();
  readonly inlines: Map<string, Inline> = new Map();
  readonly aggregations: Map<string, Aggregation> = new Map();
  /** Variables and aggregations, as D writes them, whose assignment had an error: their absence is none. */
  readonly broken: Set<string> = new Set();
  /** The probes that the clause at hand matches, as far as they are known. */
  probes: readonly ProbeDescription[] = [];
  #inlined = 0;
  #memory = 0;
  readonly #variables = new Map<string, Variable>();
  readonly #lower: (scope: Scope, node: ExpressionNode) => Typed;

  constructor(
    scriptName: string,
    context: LanguageContext,
    options: DOptions,
    diagnostics: DiagnosticList,
    lower: (scope: Scope, node: ExpressionNode) => Typed,
  ) {
    this.scriptName = scriptName;
    this.context = context;
    this.options = options;
    this.diagnostics = diagnostics;
    this.#lower = lower;
  }

  /** The expression that `node` means here. Rejects what is wrong with it. */
  lower(node: ExpressionNode): Typed {
    return this.#lower(this, node);
  }

  /** The value of `inline`, used at `span`. */
  useInline({ value, size }: Inline, span: Span): Typed {
    this.#countInlined(size, span);
    return { ...value, ir: { ...value.ir, span } };
  }

  /** What `lower` gives, for a use at `span`, while `names` stand for values. */
  binding(names: ReadonlyMap<string, Typed>, span: Span, lower: () => Typed): Typed {
    // Each use lowers the expression anew: as much work as some nodes.
    this.#countInlined(NODES_OF_USE, span);
    const hidden = new Map(this.inlines);
    for (const [name, value] of names) {
      let size = 0;
      walkExpression(value.ir, () => size++);
      this.inlines.set(name, { value, size });
    }
    try {
      return lower();
    } finally {
      for (const name of names.keys()) {
        const before = hidden.get(name);
        if (before === undefined) this.inlines.delete(name);
        else this.inlines.set(name, before);
      }
    }
  }

  /** Bytes of memory that the program needs for its variables. */
  get memory(): number {
    return this.#memory;
  }

  /** Room for a variable of `type` in the program's memory: its offset. */
  reserve(type: DType, span: Span): number {
    const alignment = alignmentOf(type);
    const offset = Math.ceil(this.#memory / alignment) * alignment;
    if (offset + sizeOf(type) > MOST_MEMORY)
      reject("D_DECL_ARRSUB", `variables take more than ${MOST_MEMORY} bytes of memory`, span);
    this.#memory = offset + sizeOf(type);
    return offset;
  }

  #countInlined(size: number, span: Span): void {
    this.#inlined += size;
    if (this.#inlined > MOST_INLINED)
      reject(
        "D_ID_OFLOW",
        `inlines make the program larger than ${MOST_INLINED} nodes`,
        span,
        "use variables",
      );
  }

  /** All variables in the order they were declared or first assigned. */
  get variables(): readonly Variable[] {
    return [...this.#variables.values()];
  }

  variable(scope: VariableScope, name: string): Variable | undefined {
    return this.#variables.get(variableText(scope, name));
  }

  declare(variable: Variable): Variable {
    this.#variables.set(variableText(variable.scope, variable.name), variable);
    return variable;
  }
}

/** A variable as D writes it: `x`, `self->x`, `this->x`. */
export function variableText(scope: VariableScope, name: string): string {
  switch (scope) {
    case "global":
      return name;
    case "thread":
      return `self->${name}`;
    case "clause":
      return `this->${name}`;
  }
}

/** Refuses a construct that D has and this package does not have yet. */
export function notSupported(what: string, span: Span, hint?: string): never {
  reject("D_NOT_SUPPORTED", `${what} not supported yet`, span, hint);
}

/** Types as a list for messages: `string, int`. */
export function typeList(types: readonly DType[]): string {
  return types.map((type) => type.name).join(", ");
}
