import { describe, expect, test } from "vitest";
import type { ExpressionNode } from "../ast/expression.ts";
import { parseSyntaxTree } from "../d-language.ts";

/** The shape of an expression, fully parenthesized. */
function shape(node: ExpressionNode): string {
  const all = (nodes: readonly ExpressionNode[]): string => nodes.map(shape).join(", ");
  switch (node.kind) {
    case "integer":
      return node.value.toString() + node.suffix;
    case "float":
      return node.text;
    case "string":
      return JSON.stringify(node.value);
    case "identifier":
      return node.name;
    case "macro":
      return (node.quoted ? "$$" : "$") + node.name;
    case "aggregation":
      return `@${node.name}`;
    case "index":
      return `${shape(node.base)}[${all(node.keys)}]`;
    case "call":
      return `${shape(node.callee)}(${all(node.arguments)})`;
    case "member":
      return `${shape(node.base)}${node.operator}${node.name.text}`;
    case "unary":
      return `(${node.operator}${shape(node.operand)})`;
    case "increment":
      return node.prefix
        ? `(${node.operator}${shape(node.operand)})`
        : `(${shape(node.operand)}${node.operator})`;
    case "binary":
      return `(${shape(node.left)} ${node.operator} ${shape(node.right)})`;
    case "conditional":
      return `(${shape(node.condition)} ? ${shape(node.consequence)} : ${shape(node.alternative)})`;
    case "assignment":
      return `(${shape(node.target)} ${node.operator} ${shape(node.value)})`;
    case "comma":
      return `(${shape(node.left)}, ${shape(node.right)})`;
    case "cast":
      return `((type)${shape(node.operand)})`;
    case "sizeof-type":
      return "(sizeof type)";
    case "sizeof":
    case "stringof":
      return `(${node.kind} ${shape(node.operand)})`;
    case "offsetof":
      return `offsetof(type, ${node.member.text})`;
    case "translate":
      return `(xlate ${shape(node.operand)})`;
  }
}

function parsed(text: string): string {
  const { tree, diagnostics } = parseSyntaxTree({ name: "x.d", text: `BEGIN { ${text} }` });
  expect(diagnostics).toEqual([]);
  const [clause] = tree.declarations;
  const statement = clause?.kind === "clause" ? clause.body[0] : undefined;
  return statement?.kind === "expression" ? shape(statement.expression) : "";
}

describe("precedence and associativity", () => {
  test.each([
    ["a || b ^^ c && d", "(a || (b ^^ (c && d)))"],
    ["a | b ^ c & d == e", "(a | (b ^ (c & (d == e))))"],
    ["a == b < c << d + e * f", "(a == (b < (c << (d + (e * f)))))"],
    ["a - b - c", "((a - b) - c)"],
    ["a / b / c % d", "(((a / b) / c) % d)"],
    ["a = b = c", "(a = (b = c))"],
    ["a = b ? c : d ? e : f", "(a = (b ? c : (d ? e : f)))"],
    ["a ? b, c : d", "(a ? (b, c) : d)"],
    ["a += b, c -= d", "((a += b), (c -= d))"],
    ["-a * !b", "((-a) * (!b))"],
    ["- - a", "(-(-a))"],
    ["*p++", "(*(p++))"],
    ["++*p", "(++(*p))"],
    ["&a->b.c[d]", "(&a->b.c[d])"],
    ["(a + b) * c", "((a + b) * c)"],
    ["a[b, c](d)(e)", "a[b, c](d)(e)"],
    ["self->a[this->b]", "self->a[this->b]"],
    ["a->string", "a->string"],
    ["@[a] = count()", "(@_[a] = count())"],
    ["$1 + $$2", "($1 + $$2)"],
    ["stringof(a) == b", "((stringof a) == b)"],
    ["sizeof a + 1", "((sizeof a) + 1)"],
  ])("%s", (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });
});

describe("types in parentheses", () => {
  test.each([
    ["(int)a + b", "(((type)a) + b)"],
    ["(unsigned long long)-1", "((type)(-1))"],
    ["(uint64_t)(a)", "((type)a)"],
    ["(struct foo *)a", "((type)a)"],
    ["(kernel_t *)a", "((type)a)"],
    ["(kernel_t **)a->b", "((type)a->b)"],
    ["(kernel_t)a", "((type)a)"],
    ["(kernel_t)(a)", "((type)a)"],
    ["(a) + b", "(a + b)"],
    ["(a) - b", "(a - b)"],
    ["(a)(b)", "a(b)"],
    ["(a * b)", "(a * b)"],
    ["(int (*)(int, char *))a", "((type)a)"],
    ["sizeof (struct foo)", "(sizeof type)"],
    ["sizeof (a)", "(sizeof a)"],
    ["offsetof(struct foo, bar)", "offsetof(type, bar)"],
    ["xlate <info_t *>(a)->b", "(xlate a)->b"],
  ])("%s", (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });
});
