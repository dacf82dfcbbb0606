/** Expressions: precedence climbing over C's operators, with D's `^^`, `stringof` and `xlate`. */
import { joinSpans, reject } from "@trace/syntax";
import type {
  AssignmentOperator,
  ExpressionNode,
  InfixOperator,
  IntegerNode,
  PrefixOperator,
} from "../ast/expression.ts";
import type { Name } from "../ast/name.ts";
import { keywords, type Token } from "../lexer/token.ts";
import { TypeParser } from "./type-parser.ts";

const PRECEDENCE: ReadonlyMap<string, number> = new Map(
  (
    [
      ["||"],
      ["^^"],
      ["&&"],
      ["|"],
      ["^"],
      ["&"],
      ["==", "!="],
      ["<", "<=", ">", ">="],
      ["<<", ">>"],
      ["+", "-"],
      ["*", "/", "%"],
    ] satisfies InfixOperator[][]
  ).flatMap((operators, index) => operators.map((operator): [string, number] => [operator, index + 1])),
);
const ASSIGNMENTS: ReadonlySet<string> = new Set([
  "=",
  "*=",
  "/=",
  "%=",
  "+=",
  "-=",
  "<<=",
  ">>=",
  "&=",
  "^=",
  "|=",
] satisfies AssignmentOperator[]);
const PREFIXES: ReadonlySet<string> = new Set(["+", "-", "~", "!", "*", "&"] satisfies PrefixOperator[]);
const INCREMENTS: ReadonlySet<string> = new Set(["++", "--"]);

export abstract class ExpressionParser extends TypeParser {
  /** A whole expression, commas included. */
  protected expression(): ExpressionNode {
    let left = this.assignment();
    while (this.accept(",")) {
      const right = this.assignment();
      left = { kind: "comma", left, right, span: joinSpans(left.span, right.span) };
    }
    return left;
  }

  protected assignment(): ExpressionNode {
    return this.nested(() => {
      const target = this.#conditional();
      if (!this.isAny(ASSIGNMENTS)) return target;
      if (target.kind === "binary" || target.kind === "conditional")
        this.unexpected("expected a variable before the assignment");
      const operator = this.advance().text as AssignmentOperator;
      const value = this.assignment();
      return { kind: "assignment", operator, target, value, span: joinSpans(target.span, value.span) };
    });
  }

  protected override constantExpression(): ExpressionNode {
    return this.nested(() => this.#conditional());
  }

  /** `a ? b : c ? d : e` is read in a loop: scripts have chains of a hundred and more. */
  #conditional(): ExpressionNode {
    const tests: { condition: ExpressionNode; consequence: ExpressionNode }[] = [];
    let last = this.#binary(1);
    while (this.accept("?")) {
      const consequence = this.expression();
      this.expect(":", "after the second operand of '?'");
      tests.push({ condition: last, consequence });
      last = this.#binary(1);
    }
    return tests.reduceRight<ExpressionNode>(
      (alternative, { condition, consequence }) => ({
        kind: "conditional",
        condition,
        consequence,
        alternative,
        span: joinSpans(condition.span, alternative.span),
      }),
      last,
    );
  }

  #binary(least: number): ExpressionNode {
    let left = this.#unary();
    for (;;) {
      const precedence = this.#infixPrecedence();
      if (precedence < least) return left;
      const operator = this.advance().text as InfixOperator;
      const right = this.#binary(precedence + 1);
      left = { kind: "binary", operator, left, right, span: joinSpans(left.span, right.span) };
    }
  }

  /** 0 where no operator follows. A `/` before `{`, `;` or the end closes the predicate instead of dividing. */
  #infixPrecedence(): number {
    const { kind, text } = this.token;
    if (kind !== "punctuator") return 0;
    if (text === "/" && ["{", ";", ""].includes(this.lexer.peekCharacter())) return 0;
    return PRECEDENCE.get(text) ?? 0;
  }

  #unary(): ExpressionNode {
    const start = this.token.span;
    const { text } = this.token;
    if (this.isAny(PREFIXES)) {
      this.advance();
      const operand = this.nested(() => this.#unary());
      return { kind: "unary", operator: text as PrefixOperator, operand, span: this.spanFrom(start) };
    }
    if (this.isAny(INCREMENTS)) {
      this.advance();
      const operand = this.nested(() => this.#unary());
      const operator = text === "++" ? "++" : "--";
      return { kind: "increment", operator, prefix: true, operand, span: this.spanFrom(start) };
    }
    if (this.is("sizeof") || this.is("stringof")) {
      this.advance();
      const kind = text === "sizeof" ? "sizeof" : "stringof";
      if (kind === "sizeof" && this.is("(") && this.#startsTypeInParentheses()) {
        this.advance();
        const type = this.typeName();
        this.expect(")", "after the type");
        return { kind: "sizeof-type", type, span: this.spanFrom(start) };
      }
      const operand = this.nested(() => this.#unary());
      return { kind, operand, span: this.spanFrom(start) };
    }
    if (this.is("(") && this.#startsTypeInParentheses()) {
      this.advance();
      const type = this.typeName();
      this.expect(")", "after the type of the cast");
      const operand = this.nested(() => this.#unary());
      return { kind: "cast", type, operand, span: this.spanFrom(start) };
    }
    return this.#postfix();
  }

  /**
   * Does the parenthesis here hold a type? A word of the language or a known type name says so. A name that is not
   * known can be a type of the kernel: it is one before a `*` and the closing parenthesis, and where only an operand
   * can follow it.
   */
  #startsTypeInParentheses(): boolean {
    const [first, ...rest] = this.lookAhead(8);
    if (first === undefined || first.kind !== "identifier") return false;
    if (this.beginsType(first)) return true;
    if (keywords.has(first.text)) return false;
    const stars = rest.findIndex((token) => token.text !== "*");
    if (rest[stars]?.text !== ")") return false;
    return stars > 0 || this.#startsOperand(rest[stars + 1], first.text.endsWith("_t"));
  }

  #startsOperand(token: Token | undefined, parenthesis: boolean): boolean {
    if (token === undefined) return false;
    switch (token.kind) {
      case "integer":
      case "string":
      case "macro":
      case "identifier":
        return true;
      case "punctuator":
        return parenthesis && token.text === "(";
      case "aggregation":
      case "float":
      case "unknown":
      case "end":
        return false;
    }
  }

  #postfix(): ExpressionNode {
    let base = this.#primary();
    for (;;) {
      const start = base.span;
      if (this.accept("[")) {
        const keys = this.#list("]");
        if (keys.length === 0) this.unexpected("expected a key");
        this.expect("]", "after the keys");
        base = { kind: "index", base, keys, span: this.spanFrom(start) };
      } else if (this.accept("(")) {
        const list = this.#list(")");
        this.expect(")", "after the arguments");
        base = { kind: "call", callee: base, arguments: list, span: this.spanFrom(start) };
      } else if (this.is(".") || this.is("->")) {
        const operator = this.advance().text === "." ? "." : "->";
        base = { kind: "member", base, operator, name: this.#memberName(), span: this.spanFrom(start) };
      } else if (this.isAny(INCREMENTS)) {
        const operator = this.advance().text === "++" ? "++" : "--";
        base = { kind: "increment", operator, prefix: false, operand: base, span: this.spanFrom(start) };
      } else return base;
    }
  }

  /** Members may be called like words of the language, or be a macro's text. */
  #memberName(): Name {
    if (this.token.kind !== "identifier" && this.token.kind !== "macro") this.unexpected("expected a name");
    const { text, span } = this.advance();
    return { text, span };
  }

  #list(end: string): ExpressionNode[] {
    const list: ExpressionNode[] = [];
    if (this.is(end)) return list;
    do list.push(this.assignment());
    while (this.accept(","));
    return list;
  }

  #primary(): ExpressionNode {
    const { token } = this;
    const { span, text } = token;
    switch (token.kind) {
      case "integer":
        this.advance();
        return integerNode(token);
      case "string":
        this.advance();
        return { kind: "string", value: token.value, span };
      case "float":
        this.advance();
        return { kind: "float", text, span };
      case "aggregation":
        this.advance();
        return { kind: "aggregation", name: text === "@" ? "_" : text.slice(1), span };
      case "macro": {
        this.advance();
        const quoted = text.startsWith("$$");
        return { kind: "macro", name: text.slice(quoted ? 2 : 1), quoted, span };
      }
      case "identifier":
        return this.#word();
      case "punctuator":
        if (this.accept("(")) {
          const inside = this.nested(() => this.expression());
          this.expect(")", "to close the '('");
          return inside;
        }
        return this.unexpected("expected an expression");
      case "unknown":
      case "end":
        return this.unexpected("expected an expression");
    }
  }

  #word(): ExpressionNode {
    const { span, text } = this.token;
    if (this.accept("offsetof")) {
      this.expect("(", "after 'offsetof'");
      const type = this.typeName();
      this.expect(",", "after the type");
      const member = this.#memberName();
      this.expect(")", "after the member");
      return { kind: "offsetof", type, member, span: this.spanFrom(span) };
    }
    if (this.accept("xlate")) {
      this.expect("<", "after 'xlate'");
      const type = this.typeName();
      this.expect(">", "after the type");
      const operand = this.nested(() => this.#primary());
      return { kind: "translate", type, operand, span: this.spanFrom(span) };
    }
    if (text === "self" || text === "this" || !keywords.has(text)) {
      this.advance();
      return { kind: "identifier", name: text, span };
    }
    if (["while", "for", "do", "goto", "switch", "break", "continue", "return"].includes(text))
      reject("D_SYNTAX", `D has no '${text}'`, span, "repeat with a tick or profile probe");
    return this.unexpected("expected an expression");
  }
}

function integerNode(token: Token & { kind: "integer" }): IntegerNode {
  const { value, decimal, suffix, span } = token;
  return { kind: "integer", value, decimal, suffix, span };
}
