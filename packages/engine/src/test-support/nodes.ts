/** Short spellings of IR nodes, for tests. */
import {
  builtins,
  functions,
  int32,
  int64,
  intToJson,
  string,
  type AggregatingFunction,
  type AggregationDeclaration,
  type ArgumentType,
  type ArithmeticOperator,
  type BinaryOperator,
  type BuiltinName,
  type Clause,
  type Expression,
  type FunctionName,
  type Int,
  type IntegerType,
  type ProbeDescription,
  type ProbePoint,
  type Program,
  type Statement,
  type Type,
  type UsdtPoint,
  type VariableDeclaration,
  type VariableExpression,
} from "@trace/core";

export const point: UsdtPoint = {
  kind: "usdt",
  provider: "shop",
  module: "",
  function: "",
  name: "checkout",
};

export function probe(...types: readonly ArgumentType[]): ProbeDescription {
  return {
    family: "usdt",
    provider: "shop",
    module: "shop.so",
    function: "fire",
    name: "checkout",
    arguments: types.map((type) => ({ type })),
    pid: 1234,
  };
}

export function integer(value: Int, type: IntegerType = int64): Expression {
  return { kind: "integer", value: intToJson(value), type };
}

export function text(value: string): Expression {
  return { kind: "string", value, type: string };
}

export function argument(index: number): Expression {
  return { kind: "argument", index, type: int64 };
}

export function argumentText(index: number): Expression {
  return call("copyinstr", argument(index));
}

export function call(name: FunctionName, ...given: readonly Expression[]): Expression {
  return { kind: "call", function: name, arguments: given, type: functions[name].result };
}

export function builtin(name: BuiltinName): Expression {
  return { kind: "builtin", name, type: builtins[name] };
}

export function binary(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  type?: Type,
): Expression {
  const isArithmetic = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"].includes(operator);
  return { kind: "binary", operator, left, right, type: type ?? (isArithmetic ? left.type : int32) };
}

export function conditional(condition: Expression, then: Expression, otherwise: Expression): Expression {
  // oxlint-disable-next-line unicorn/no-thenable -- the IR names it so
  return { kind: "conditional", condition, then, otherwise, type: then.type };
}

export function cast(operand: Expression, type: Type): Expression {
  return { kind: "cast", operand, type };
}

export function variable(
  name: string,
  type: Type = int64,
  scope: VariableExpression["scope"] = "global",
  keys: readonly Expression[] = [],
): VariableExpression {
  return { kind: "variable", scope, name, keys, type };
}

export function declare(
  name: string,
  type: Type = int64,
  scope: VariableExpression["scope"] = "global",
  keys: readonly Type[] = [],
): VariableDeclaration {
  return { scope, name, type, keys };
}

export function assign(
  target: VariableExpression,
  value: Expression,
  operator?: ArithmeticOperator,
): Statement {
  const more = operator === undefined ? {} : { operator };
  return { kind: "expression", expression: { kind: "assign", target, value, type: target.type, ...more } };
}

export function trace(value: Expression): Statement {
  return { kind: "trace", value };
}

export function aggregate(
  aggregation: string,
  keys: readonly Expression[] = [],
  value?: Expression,
  weight?: Expression,
): Statement {
  return {
    kind: "aggregate",
    aggregation,
    keys,
    ...(value === undefined ? {} : { value }),
    ...(weight === undefined ? {} : { weight }),
  };
}

export function aggregation(
  name: string,
  fn: AggregatingFunction,
  keys: readonly Type[] = [],
): AggregationDeclaration {
  return { name, function: fn, keys, value: int64 };
}

export function clause(points: readonly ProbePoint[], ...body: readonly Statement[]): Clause {
  return { points, body };
}

export function program(parts: Partial<Program>): Program {
  return { version: 1, style: "dtrace", options: {}, variables: [], aggregations: [], clauses: [], ...parts };
}
