/**
 * Expressions of the IR as code of bpftrace.
 *
 * bpftrace's expressions have no effects worth using, so those of the IR become statements before the one that needs
 * the value: assignments, divisions (whose divisor must be looked at first), conditions with such things inside.
 */
import {
  childExpressions,
  int64,
  walkExpression,
  type AssignExpression,
  type BinaryExpression,
  type BuiltinExpression,
  type CallExpression,
  type CastExpression,
  type ComparisonOperator,
  type ConditionalExpression,
  type Expression,
  type IncrementExpression,
  type IntegerType,
  type Type,
  type VariableExpression,
} from "@trace/core";
import {
  arithmetic,
  asInt64,
  comparison,
  conditionValue,
  integerLiteral,
  magnitude,
  withSign,
  wrap,
} from "./integer-code.ts";
import { quoteString } from "./quote.ts";
import { Refusal } from "./refusal.ts";
import type { ScriptContext } from "./script-context.ts";
import type { ScriptWriter } from "./script-writer.ts";

/** A string of no characters, of the type that other strings have. */
export const emptyString = "str((uint8 *)0)";

/** What the lowering of expressions needs to know of the block and clause they are in. */
export interface LoweringScope {
  readonly context: ScriptContext;
  readonly out: ScriptWriter;
  /** An unused name for a variable. */
  fresh(name: string): string;
  /** A place for a string. */
  freshString(): string;
  /** The variable that holds argument `index` as an integer. */
  argument(index: number, span: Expression["span"]): string;
  /** The argument as bpftrace names it, where it is a string's address; undefined where it has no such name. */
  rawArgument(index: number): string | undefined;
  builtin(expression: BuiltinExpression): string;
  /** The place of the script for the clause-local variable that is called `name` in it. */
  clauseVariable(name: string, type: Type): string;
  /** Ends the clause with a run-time error where `divisor` is zero: what is written from here on is skipped then. */
  guardDivision(divisor: string): void;
  /** Writes `header {`, what `write` writes, `}`; and so on for the others, each but the first an `else`. */
  branch(...branches: readonly Branch[]): void;
}

/** A part of the script that runs under a condition. */
export interface Branch {
  /** `if (...)` for the first, `else` for the second. */
  readonly header: string;
  write(): void;
}

/** Can evaluating it change a variable? */
export function hasEffects(expression: Expression): boolean {
  return some(expression, (one) => one.kind === "assign" || one.kind === "increment");
}

/** Can it end the clause with a run-time error? */
export function canFault(expression: Expression): boolean {
  return some(expression, (one) => dividesByUnknown(one));
}

function dividesByUnknown(expression: Expression): boolean {
  if (expression.kind !== "binary" && expression.kind !== "assign") return false;
  const { operator } = expression;
  if (operator !== "/" && operator !== "%") return false;
  const divisor = expression.kind === "binary" ? expression.right : expression.value;
  return divisor.kind !== "integer" || BigInt(divisor.value) === 0n;
}

function some(expression: Expression, test: (expression: Expression) => boolean): boolean {
  let found = false;
  walkExpression(expression, (one) => (found ||= test(one)));
  return found;
}

const HOST_HINT = "bpftrace has few functions on strings; print the parts, or use another backend";

/** The code of an expression of type integer or string, after what must be computed first. */
export function lower(scope: LoweringScope, expression: Expression): string {
  switch (expression.type.kind) {
    case "integer":
      return lowerInteger(scope, expression);
    case "string":
      return lowerString(scope, expression);
    case "float":
    case "stack":
    case "void":
      throw new Refusal(
        `a value of type ${expression.type.kind} here`,
        expression.span,
        "floating-point values can only be printed",
      );
  }
}

/** Several expressions, evaluated in order: those whose value a later one could change are kept in variables. */
export function lowerAll(scope: LoweringScope, expressions: readonly Expression[]): readonly string[] {
  return expressions.map((expression, index) => {
    const code = lower(scope, expression);
    const later = expressions.slice(index + 1).some((one) => hasEffects(one) || canFault(one));
    return later ? keep(scope, code, expression.type) : code;
  });
}

/**
 * `code` in a variable of its own, unless it is one already that nobody changes, or a constant. Every choice (`? :`) is
 * kept in one: bpftrace 0.23 crashes where three of them are nested.
 */
export function keep(scope: LoweringScope, code: string, type: Type, name = "v"): string {
  // All variables but those of `this->` keep their value from where they can be used on.
  if (/^(?:\d+|\(-\d+\)|\$(?!this_)\w+)$/.test(code)) return code;
  const variable = type.kind === "string" ? scope.freshString() : scope.fresh(name);
  scope.out.line(`${variable} = ${type.kind === "string" ? code : asInt64(code)};`);
  return variable;
}

export function lowerInteger(scope: LoweringScope, expression: Expression): string {
  switch (expression.kind) {
    case "integer":
      return integerLiteral(BigInt(expression.value));
    case "argument":
      return scope.argument(expression.index, expression.span);
    case "builtin":
      return scope.builtin(expression);
    case "variable":
      return readVariable(scope, expression);
    case "unary":
      if (expression.operator === "!") return lowerTruth(scope, expression);
      return wrap(
        `(${expression.operator}${lowerInteger(scope, expression.operand)})`,
        integerType(expression.type),
      );
    case "binary":
      return lowerBinary(scope, expression);
    case "conditional":
      return lowerConditional(scope, expression);
    case "cast":
      return lowerCast(scope, expression);
    case "call":
      throw new Refusal(`the function ${expression.function}() here`, expression.span, HOST_HINT);
    case "assign":
      return lowerAssign(scope, expression, true);
    case "increment":
      return lowerIncrement(scope, expression, true);
    case "sequence":
      return lowerSequence(scope, expression.expressions);
    case "string":
    case "float":
      throw new TypeError(`${expression.kind} is no integer`);
  }
}

export function lowerString(scope: LoweringScope, expression: Expression): string {
  switch (expression.kind) {
    case "string":
      return quoteString(expression.value);
    case "builtin":
      return scope.builtin(expression);
    case "variable":
      return readVariable(scope, expression);
    case "call":
      return lowerStringCall(scope, expression);
    case "conditional":
      return lowerConditional(scope, expression);
    case "cast":
      return lowerString(scope, expression.operand);
    case "assign":
      return lowerAssign(scope, expression, true);
    case "sequence":
      return lowerSequence(scope, expression.expressions);
    case "integer":
    case "float":
    case "argument":
    case "unary":
    case "binary":
    case "increment":
      throw new TypeError(`${expression.kind} is no string`);
  }
}

/** An expression whose value nobody wants. */
export function lowerEffects(scope: LoweringScope, expression: Expression): void {
  switch (expression.kind) {
    case "assign":
      lowerAssign(scope, expression, false);
      break;
    case "increment":
      lowerIncrement(scope, expression, false);
      break;
    case "sequence":
      for (const one of expression.expressions) lowerEffects(scope, one);
      break;
    default:
      if (hasEffects(expression) || canFault(expression)) {
        if (isLazy(expression)) lower(scope, expression);
        else for (const child of childExpressions(expression)) lowerEffects(scope, child);
      }
  }
}

/** Does it evaluate some of its parts only sometimes, or can it fail itself? */
function isLazy(expression: Expression): boolean {
  return (
    expression.kind === "conditional" ||
    (expression.kind === "binary" && ["&&", "||", "/", "%"].includes(expression.operator))
  );
}

/** `expression` as a condition, in parentheses. */
export function lowerCondition(scope: LoweringScope, expression: Expression): string {
  if (expression.kind === "unary" && expression.operator === "!")
    return `(!${lowerCondition(scope, expression.operand)})`;
  if (expression.kind === "binary") {
    switch (expression.operator) {
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return lowerComparison(scope, expression, expression.operator);
      case "&&":
      case "||":
        return lowerLogical(scope, expression);
      case "^^": {
        const [left, right] = [expression.left, expression.right].map((side) => lowerTruth(scope, side));
        return `(${left} != ${right})`;
      }
      default:
    }
  }
  if (expression.type.kind === "string") return `(${lowerString(scope, expression)} != "")`;
  return `(${lowerInteger(scope, expression)} != 0)`;
}

function lowerComparison(
  scope: LoweringScope,
  expression: BinaryExpression,
  operator: ComparisonOperator,
): string {
  const [left = "", right = ""] = lowerAll(scope, [expression.left, expression.right]);
  const { type } = expression.left;
  if (type.kind === "integer") return comparison(operator, left, right, type);
  if (operator !== "==" && operator !== "!=")
    throw new Refusal(
      `the order of strings with ${operator}`,
      expression.span,
      "only == and != of strings can be tested",
    );
  return `(${left} ${operator} ${right})`;
}

function lowerLogical(scope: LoweringScope, expression: BinaryExpression): string {
  const left = lowerCondition(scope, expression.left);
  if (!hasEffects(expression.right) && !canFault(expression.right)) {
    return `(${left} ${expression.operator} ${lowerCondition(scope, expression.right)})`;
  }
  const result = scope.fresh("v");
  scope.out.line(`${result} = ${asInt64(conditionValue(left))};`);
  scope.branch({
    header: `if (${result} ${expression.operator === "&&" ? "!=" : "=="} 0)`,
    write: () => {
      const right = conditionValue(lowerCondition(scope, expression.right));
      scope.out.line(`${result} = ${asInt64(right)};`);
    },
  });
  return `(${result} != 0)`;
}

function lowerBinary(scope: LoweringScope, expression: BinaryExpression): string {
  const { operator } = expression;
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>": {
      const type = integerType(expression.type);
      const [left = "", right = ""] = lowerAll(scope, [expression.left, expression.right]);
      return lowerArithmetic(scope, operator, left, right, type, dividesByUnknown(expression));
    }
    default:
      return lowerTruth(scope, expression);
  }
}

/** A condition as an integer. */
function lowerTruth(scope: LoweringScope, expression: Expression): string {
  return keep(scope, conditionValue(lowerCondition(scope, expression)), expression.type);
}

function lowerArithmetic(
  scope: LoweringScope,
  operator: Parameters<typeof arithmetic>[0],
  left: string,
  right: string,
  type: IntegerType,
  mayDivideByZero: boolean,
): string {
  const divides = operator === "/" || operator === "%";
  const repeats = type.signed && (divides || operator === ">>");
  if (!repeats && !mayDivideByZero) return arithmetic(operator, left, right, type);
  const a = keep(scope, left, type);
  const b = keep(scope, right, type);
  if (mayDivideByZero) scope.guardDivision(b);
  if (!divides || !type.signed) return keep(scope, arithmetic(operator, a, b, type), type);
  const [dividend = "", divisor = ""] = [a, b].map((side) => keep(scope, magnitude(side), type));
  const unsigned: IntegerType = { ...type, bits: 64, signed: false };
  const result = keep(scope, arithmetic(operator, dividend, divisor, unsigned), type);
  return keep(scope, wrap(withSign(operator, a, b, result), type), type);
}

function lowerConditional(scope: LoweringScope, expression: ConditionalExpression): string {
  const { type } = expression;
  const branches = [expression.then, expression.otherwise];
  const condition = lowerCondition(scope, expression.condition);
  // bpftrace 0.23 cannot load `c ? "abc" : "x"`: strings of two sizes.
  const asStatement = type.kind === "string" || branches.some((one) => hasEffects(one) || canFault(one));
  if (!asStatement) {
    const [then, otherwise] = branches.map((one) => lower(scope, one));
    return keep(scope, `(${condition} ? ${then} : ${otherwise})`, type);
  }
  const result = type.kind === "string" ? scope.freshString() : scope.fresh("v");
  const assign = (branch: Expression): void => {
    const code = lower(scope, branch);
    scope.out.line(`${result} = ${type.kind === "string" ? code : asInt64(code)};`);
  };
  scope.out.line(`${result} = ${type.kind === "string" ? emptyString : "(int64)0"};`);
  scope.branch(
    { header: `if ${condition}`, write: () => assign(expression.then) },
    { header: "else", write: () => assign(expression.otherwise) },
  );
  return result;
}

/** Integers are extended to 64 bits already: only what the new type cannot hold is cut. */
function lowerCast(scope: LoweringScope, { operand, type }: CastExpression): string {
  if (operand.type.kind !== "integer")
    throw new Refusal(`a cast from ${operand.type.kind}`, operand.span, "it can only be printed");
  const from = operand.type;
  const to = integerType(type);
  const code = lowerInteger(scope, operand);
  const holdsAll =
    to.bits === 64 ||
    (to.bits > from.bits ? to.signed || !from.signed : to.bits === from.bits && to.signed === from.signed);
  return holdsAll ? code : wrap(code, to);
}

function lowerStringCall(scope: LoweringScope, expression: CallExpression): string {
  const [address, length] = expression.arguments;
  if (expression.function !== "copyinstr" || address === undefined)
    throw new Refusal(`the function ${expression.function}() here`, expression.span, HOST_HINT);
  const raw = address.kind === "argument" ? scope.rawArgument(address.index) : undefined;
  const code = raw ?? `(uint8 *)${lowerInteger(scope, address)}`;
  if (length === undefined) return `str(${code})`;
  // bpftrace counts the NUL.
  return `str(${code}, (${lowerInteger(scope, length)} + 1))`;
}

function lowerSequence(scope: LoweringScope, expressions: readonly Expression[]): string {
  for (const one of expressions.slice(0, -1)) lowerEffects(scope, one);
  const last = expressions.at(-1);
  if (last === undefined) throw new TypeError("a sequence has expressions");
  return lower(scope, last);
}

/**
 * The value of a variable. An integer is read from its map into a variable of the script first: bpftrace 0.23 reads wrong
 * where both the condition and a branch of a choice read maps.
 */
function readVariable(scope: LoweringScope, variable: VariableExpression): string {
  const where = place(scope, variable);
  if (where === undefined) return variable.type.kind === "string" ? emptyString : "0";
  return where.startsWith("@") && variable.type.kind === "integer"
    ? keep(scope, where, variable.type)
    : where;
}

/** The variable as bpftrace reads and sets it; undefined where the program never sets it. */
function place(scope: LoweringScope, variable: VariableExpression): string | undefined {
  const name = scope.context.variableName(variable);
  if (name === undefined) return undefined;
  if (variable.scope === "clause") {
    if (variable.keys.length > 0)
      throw new Refusal("an array of this->", variable.span, "use self-> or a global array");
    return scope.clauseVariable(name, variable.type);
  }
  const keys = lowerAll(scope, variable.keys).map((code, index) =>
    variable.keys[index]?.type.kind === "string" ? code : keyCode(scope, code),
  );
  if (variable.scope === "thread") keys.unshift("(int64)tid");
  const [only] = keys;
  if (only === undefined) return name;
  const isLoneString = keys.length === 1 && variable.keys[0]?.type.kind === "string";
  return `${name}[${isLoneString ? loneStringKey(only) : keys.join(", ")}]`;
}

/** An integer as a key: a word, for it may be written more than once. */
export function keyCode(scope: LoweringScope, code: string): string {
  return asInt64(/^\(int64\)\w+$/.test(code) ? code : keep(scope, code, int64, "key"));
}

function lowerAssign(scope: LoweringScope, expression: AssignExpression, used: boolean): string {
  const { target, operator, type } = expression;
  const where = place(scope, target) ?? "";
  if (operator === undefined) return store(scope, where, target, lower(scope, expression.value), used);
  const value = keep(scope, lowerInteger(scope, expression.value), expression.value.type);
  const mayDivideByZero = dividesByUnknown(expression);
  const old = keep(scope, where, type);
  const code = lowerArithmetic(scope, operator, old, value, integerType(type), mayDivideByZero);
  return store(scope, where, target, code, used);
}

function lowerIncrement(scope: LoweringScope, expression: IncrementExpression, used: boolean): string {
  const { target, by, prefix } = expression;
  const type = integerType(target.type);
  const where = place(scope, target) ?? "";
  const old = keep(scope, where, type);
  const changed = arithmetic("+", old, integerLiteral(BigInt(by)), type);
  const result = store(scope, where, target, changed, used && prefix);
  return prefix ? result : old;
}

/** Sets a variable. In DTrace, and so here, an element of an array set to zero no longer takes any room. */
function store(
  scope: LoweringScope,
  where: string,
  target: VariableExpression,
  code: string,
  used: boolean,
): string {
  const { out } = scope;
  if (target.type.kind === "string") {
    const text = used ? keep(scope, code, target.type) : code;
    out.line(`${where} = ${text};`);
    return text;
  }
  const isElement = where.startsWith("@") && where.endsWith("]");
  if (!isElement) {
    const value = used ? keep(scope, code, target.type) : asInt64(code);
    out.line(`${where} = ${value};`);
    return value;
  }
  if (code === "0") out.line(`delete(${where});`);
  else if (isNeverZero(code)) out.line(`${where} = ${asInt64(code)};`);
  else {
    const value = keep(scope, code, target.type);
    out.line(`if (${value} == 0) { delete(${where}); } else { ${where} = ${value}; }`);
    return value;
  }
  return code;
}

function isNeverZero(code: string): boolean {
  return code === "$timestamp" || /^(?:[1-9]\d*|\(-\d+\))$/.test(code);
}

function integerType(type: Type): IntegerType {
  if (type.kind !== "integer") throw new TypeError(`${type.kind} is no integer type`);
  return type;
}

/**
 * A string that is a whole key, with a second component. bpftrace 0.17 uses a variable that is a whole key in place, and
 * gives its room on the stack to others after that; what is made of several is copied.
 */
export function loneStringKey(code: string): string {
  return `${code}, (int64)0`;
}
