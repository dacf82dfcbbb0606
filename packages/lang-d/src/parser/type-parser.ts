/** Types and declarators. */
import { reject } from "@trace/syntax";
import type { ExpressionNode } from "../ast/expression.ts";
import type {
  BaseTypeNode,
  DeclaratorNode,
  DeclaratorSuffixNode,
  EnumeratorNode,
  EnumTypeNode,
  FunctionSuffixNode,
  MemberDeclarationNode,
  ParameterNode,
  RecordTypeNode,
  SpecifiersNode,
  StorageClass,
  TypeNameNode,
} from "../ast/type.ts";
import type { Name } from "../ast/name.ts";
import type { Token } from "../lexer/token.ts";
import { typedefs } from "../types/known-types.ts";
import { TokenStream } from "./token-stream.ts";

const STORAGE: ReadonlySet<string> = new Set([
  "auto",
  "extern",
  "register",
  "self",
  "static",
  "this",
  "typedef",
] satisfies StorageClass[]);
const QUALIFIERS: ReadonlySet<string> = new Set(["const", "volatile", "restrict"]);
const WORDS: ReadonlySet<string> = new Set([
  "char",
  "short",
  "int",
  "long",
  "signed",
  "unsigned",
  "float",
  "double",
  "void",
  "string",
]);
const RECORDS: ReadonlySet<string> = new Set(["struct", "union"]);

/** Does a declaration start with `word`? */
export function startsDeclaration(word: string): boolean {
  return STORAGE.has(word) || startsType(word);
}

/** Is `word` one of the language that a type starts with? */
function startsType(word: string): boolean {
  return QUALIFIERS.has(word) || WORDS.has(word) || RECORDS.has(word) || word === "enum";
}

export abstract class TypeParser extends TokenStream {
  /** Names that `typedef` gave. */
  readonly #declared = new Set<string>();

  /** An expression without commas and assignments. */
  protected abstract constantExpression(): ExpressionNode;

  protected declareType(name: string): void {
    this.#declared.add(name);
  }

  protected isTypeName(name: string): boolean {
    return typedefs.has(name) || this.#declared.has(name);
  }

  /** Does a type start with `token`, as far as is known? */
  protected beginsType(token: Token): boolean {
    return token.kind === "identifier" && (startsType(token.text) || this.isTypeName(token.text));
  }

  protected typeName(): TypeNameNode {
    const start = this.token.span;
    const specifiers = this.specifiers();
    const declarator = this.declarator();
    return { specifiers, declarator, span: this.spanFrom(start) };
  }

  protected specifiers(): SpecifiersNode {
    const start = this.token.span;
    let storage: StorageClass | undefined;
    const qualifiers: string[] = [];
    const words: string[] = [];
    let base: BaseTypeNode | undefined;
    for (;;) {
      if (this.isAny(STORAGE)) {
        if (storage !== undefined)
          reject(
            "D_DECL_CLASS",
            `a declaration has one storage class, and '${storage}' is there`,
            this.token.span,
          );
        storage = this.advance().text as StorageClass;
      } else if (this.isAny(QUALIFIERS)) qualifiers.push(this.advance().text);
      else if (base === undefined && this.isAny(WORDS)) words.push(this.advance().text);
      else if (base === undefined && words.length === 0) {
        if (this.isAny(RECORDS)) base = this.#record();
        else if (this.is("enum")) base = this.#enumeration();
        else if (this.isName()) base = { kind: "named", name: this.token.text, span: this.advance().span };
        else this.unexpected("expected a type");
      } else break;
    }
    const span = this.spanFrom(start);
    return {
      ...(storage === undefined ? {} : { storage }),
      qualifiers,
      base: base ?? { kind: "words", words, span },
      span,
    };
  }

  /** A declarator, with or without a name. */
  protected declarator(): DeclaratorNode {
    return this.nested(() => {
      const start = this.token.span;
      let pointers = 0;
      while (this.accept("*")) {
        pointers++;
        while (this.isAny(QUALIFIERS)) this.advance();
      }
      let name: Name | undefined;
      let inner: DeclaratorNode | undefined;
      if (this.isName()) name = this.expectName("a name");
      else if (this.is("(") && this.#startsInner()) {
        this.advance();
        inner = this.declarator();
        this.expect(")", "after the declarator");
      }
      const suffixes: DeclaratorSuffixNode[] = [];
      while (this.is("[") || this.is("(")) suffixes.push(this.is("[") ? this.#brackets() : this.parameters());
      const named = { ...(name === undefined ? {} : { name }), ...(inner === undefined ? {} : { inner }) };
      return { pointers, ...named, suffixes, span: this.spanFrom(start) };
    });
  }

  /** `(int a, char *b)` */
  protected parameters(): FunctionSuffixNode {
    const start = this.expect("(", "before the parameters").span;
    const parameters: ParameterNode[] = [];
    let variadic = false;
    while (!this.is(")")) {
      if (this.accept("...")) variadic = true;
      else parameters.push(this.typeName());
      if (!this.accept(",")) break;
    }
    this.expect(")", "after the parameters");
    return { kind: "function", parameters, variadic, span: this.spanFrom(start) };
  }

  #startsInner(): boolean {
    const next = this.lookAhead(1)[0];
    return (
      next !== undefined &&
      (next.text === "*" || next.text === "(" || (this.isName(next) && !this.beginsType(next)))
    );
  }

  #brackets(): DeclaratorSuffixNode {
    const start = this.expect("[", "before the dimension").span;
    if (this.accept("]")) return { kind: "array", span: this.spanFrom(start) };
    if (!this.beginsType(this.token)) {
      const size = this.constantExpression();
      this.expect("]", "after the size of the array");
      return { kind: "array", size, span: this.spanFrom(start) };
    }
    const types: TypeNameNode[] = [];
    do types.push(this.typeName());
    while (this.accept(","));
    this.expect("]", "after the key types");
    return { kind: "keys", types, span: this.spanFrom(start) };
  }

  #record(): RecordTypeNode {
    const { span: start, text } = this.advance();
    const kind = text === "union" ? "union" : "struct";
    const tag = this.isName() ? this.expectName("a tag") : undefined;
    const members = this.is("{") ? this.nested(() => this.#members()) : undefined;
    if (tag === undefined && members === undefined)
      this.unexpected(`expected a tag or members after '${kind}'`);
    return {
      kind,
      ...(tag === undefined ? {} : { tag }),
      ...(members === undefined ? {} : { members }),
      span: this.spanFrom(start),
    };
  }

  #members(): MemberDeclarationNode[] {
    this.expect("{", "before the members");
    const members: MemberDeclarationNode[] = [];
    while (!this.is("}")) {
      const start = this.token.span;
      const specifiers = this.specifiers();
      const list: { declarator: DeclaratorNode; width?: ExpressionNode }[] = [];
      while (!this.is(";")) {
        const declarator = this.declarator();
        list.push(this.accept(":") ? { declarator, width: this.constantExpression() } : { declarator });
        if (!this.accept(",")) break;
      }
      this.expect(";", "after the member");
      members.push({ specifiers, members: list, span: this.spanFrom(start) });
    }
    this.expect("}", "after the members");
    return members;
  }

  #enumeration(): EnumTypeNode {
    const start = this.advance().span;
    const tag = this.isName() ? this.expectName("a tag") : undefined;
    let enumerators: EnumeratorNode[] | undefined;
    if (this.accept("{")) {
      enumerators = [];
      while (!this.is("}")) {
        const name = this.expectName("an enumerator");
        const value = this.accept("=") ? this.constantExpression() : undefined;
        enumerators.push({ name, ...(value === undefined ? {} : { value }), span: this.spanFrom(name.span) });
        if (!this.accept(",")) break;
      }
      this.expect("}", "after the enumerators");
    }
    if (tag === undefined && enumerators === undefined)
      this.unexpected("expected a tag or enumerators after 'enum'");
    return {
      kind: "enum",
      ...(tag === undefined ? {} : { tag }),
      ...(enumerators === undefined ? {} : { enumerators }),
      span: this.spanFrom(start),
    };
  }
}
