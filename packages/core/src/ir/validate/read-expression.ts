/** Expressions: their structure, and that their types agree. */
import type { IntJson } from "../../value/integer.ts";
import { sameType, typeName, type FloatType, type IntegerType, type Type } from "../../value/type.ts";
import { builtins, type BuiltinName } from "../builtins.ts";
import type {
  ArithmeticOperator,
  BinaryOperator,
  ComparisonOperator,
  Expression,
  LogicalOperator,
  VariableExpression,
} from "../expression.ts";
import { functions, type FunctionName } from "../functions.ts";
import type { AggregationDeclaration, VariableDeclaration } from "../program.ts";
import { maxProbeArguments } from "../../plugin/provider.ts";
import { limits } from "./limits.ts";
import { readIntegerType, readName, readType, scopes, spanOf, type ValueType } from "./read-type.ts";
import {
  field,
  onlyFields,
  optional,
  readArray,
  readBoolean,
  readChoice,
  readInteger,
  readObject,
  readString,
  refuse,
  refuseSize,
  required,
  type Fields,
  type Place,
} from "./reader.ts";

/** What the nodes of a program refer to, and how many there were. */
export interface Declarations {
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly aggregations: ReadonlyMap<string, AggregationDeclaration>;
  nodes: number;
}

/** The key of a variable in {@link Declarations}. */
export function variableKey({ scope, name }: Pick<VariableDeclaration, "scope" | "name">): string {
  return `${scope} ${name}`;
}

/** Counts a node of the program, an expression or a statement. */
export function countNode(declarations: Declarations, place: Place): void {
  if (++declarations.nodes > limits.nodes) refuseSize(`the program has more than ${limits.nodes} nodes`);
  if (place.depth > limits.depth) refuseSize(`the program is nested deeper than ${limits.depth} nodes`);
}

const arithmeticOperators: readonly ArithmeticOperator[] = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
  "<<",
  ">>",
];
const floatOperators: readonly string[] = ["+", "-", "*", "/"];
const comparisonOperators: readonly ComparisonOperator[] = ["==", "!=", "<", "<=", ">", ">="];
const logicalOperators: readonly LogicalOperator[] = ["&&", "||", "^^"];
const binaryOperators: readonly BinaryOperator[] = [
  ...arithmeticOperators,
  ...comparisonOperators,
  ...logicalOperators,
];

/** Reads the expressions of one program. */
export class ExpressionReader {
  private readonly declarations: Declarations;

  constructor(declarations: Declarations) {
    this.declarations = declarations;
  }

  /** An expression. */
  readonly read = (value: unknown, place: Place): Expression => {
    countNode(this.declarations, place);
    const fields = readObject(value, place);
    const span = spanOf(fields, place);
    const kind = field(fields, "kind");
    switch (kind) {
      case "integer": {
        onlyFields(fields, place, "kind", "value", "type", "span");
        const type = required(fields, "type", place, readIntegerType);
        return {
          kind,
          value: required(fields, "value", place, (one, at) => readConstant(one, at, type)),
          type,
          ...span,
        };
      }
      case "float": {
        onlyFields(fields, place, "kind", "value", "type", "span");
        const number = field(fields, "value");
        if (typeof number !== "number" || !Number.isFinite(number)) refuse(place, "is no finite number");
        return { kind, value: number, type: required(fields, "type", place, readFloatType), ...span };
      }
      case "string": {
        onlyFields(fields, place, "kind", "value", "type", "span");
        const text = required(fields, "value", place, (one, at) => readString(one, at, limits.text));
        const type = this.type(fields, place);
        return type.kind === "string" ? { kind, value: text, type, ...span } : refuse(place, "is no string");
      }
      case "argument": {
        onlyFields(fields, place, "kind", "index", "type", "span");
        const type = required(fields, "type", place, readIntegerType);
        if (type.bits !== 64) refuse(place, "is an argument of less than 64 bits");
        const index = required(fields, "index", place, (one, at) =>
          readInteger(one, at, 0, maxProbeArguments - 1),
        );
        return { kind, index, type, ...span };
      }
      case "builtin": {
        onlyFields(fields, place, "kind", "name", "type", "span");
        const names = Object.keys(builtins) as BuiltinName[];
        const name = required(fields, "name", place, (one, at) => readChoice(one, at, names));
        return { kind, name, type: this.typeIs(fields, place, builtins[name]), ...span };
      }
      case "variable":
        return this.readVariable(fields, place);
      case "unary": {
        onlyFields(fields, place, "kind", "operator", "operand", "type", "span");
        const operator = required(fields, "operator", place, (one, at) =>
          readChoice(one, at, ["-", "~", "!"] as const),
        );
        const type = this.type(fields, place);
        if (operator === "!") {
          expectKind(type, place, "integer");
          return {
            kind,
            operator,
            operand: required(fields, "operand", place, this.readCondition),
            type,
            ...span,
          };
        }
        if (type.kind === "string" || (type.kind === "float" && operator === "~"))
          refuse(place, `has no operator ${operator} for its type`);
        const operand = required(fields, "operand", place, (one, at) => this.readOf(one, at, type));
        return { kind, operator, operand, type, ...span };
      }
      case "binary":
        return this.readBinary(fields, place);
      case "conditional": {
        onlyFields(fields, place, "kind", "condition", "then", "otherwise", "type", "span");
        const type = this.type(fields, place);
        return {
          kind,
          condition: required(fields, "condition", place, this.readCondition),
          // oxlint-disable-next-line unicorn/no-thenable -- the IR names it so; nobody awaits an expression
          then: required(fields, "then", place, (one, at) => this.readOf(one, at, type)),
          otherwise: required(fields, "otherwise", place, (one, at) => this.readOf(one, at, type)),
          type,
          ...span,
        };
      }
      case "cast": {
        onlyFields(fields, place, "kind", "operand", "type", "span");
        const operand = required(fields, "operand", place, this.read);
        const type = this.type(fields, place);
        if ((operand.type.kind === "string") !== (type.kind === "string"))
          refuse(place, "casts to or from a string");
        return { kind, operand, type, ...span };
      }
      case "call":
        return this.readCall(fields, place);
      case "assign": {
        onlyFields(fields, place, "kind", "target", "operator", "value", "type", "span");
        const target = required(fields, "target", place, this.readTarget);
        const operator = optional(fields, "operator", place, (one, at) =>
          readChoice(one, at, arithmeticOperators),
        );
        if (operator.operator !== undefined) expectKind(target.type, place, "integer");
        return {
          kind,
          target,
          ...operator,
          value: required(fields, "value", place, (one, at) => this.readKind(one, at, target.type.kind)),
          type: this.typeIs(fields, place, target.type),
          ...span,
        };
      }
      case "increment": {
        onlyFields(fields, place, "kind", "target", "by", "prefix", "type", "span");
        const target = required(fields, "target", place, this.readTarget);
        expectKind(target.type, place, "integer");
        return {
          kind,
          target,
          by: required(fields, "by", place, (one, at) => readChoice(one, at, [1, -1] as const)),
          prefix: required(fields, "prefix", place, readBoolean),
          type: this.typeIs(fields, place, target.type),
          ...span,
        };
      }
      case "sequence": {
        onlyFields(fields, place, "kind", "expressions", "type", "span");
        const expressions = required(fields, "expressions", place, (one, at) =>
          readArray(one, at, limits.nodes, this.read),
        );
        const last = expressions.at(-1) ?? refuse(place, "has no expressions");
        return { kind, expressions, type: this.typeIs(fields, place, last.type), ...span };
      }
      default:
        return refuse(place, "is no expression that this version knows");
    }
  };

  /** An integer of any type. */
  readonly readInteger = (value: unknown, place: Place): Expression => this.readKind(value, place, "integer");

  /** What is true or false: an integer or a string. */
  readonly readCondition = (value: unknown, place: Place): Expression => {
    const expression = this.read(value, place);
    return expression.type.kind === "float"
      ? refuse(place, "is neither an integer nor a string")
      : expression;
  };

  /** The keys of an element whose declaration has keys of `types`. */
  readKeys(fields: Fields, place: Place, types: readonly Type[]): readonly Expression[] {
    return required(fields, "keys", place, (value, at) => {
      const keys = readArray(value, at, limits.keys, this.read);
      if (keys.length !== types.length)
        refuse(at, `has ${keys.length} keys where ${types.length} are declared`);
      for (const [index, key] of keys.entries()) {
        const declared = types[index];
        if (key.type.kind !== declared?.kind) refuse(at, `has a key ${index} that is no ${declared?.kind}`);
      }
      return keys;
    });
  }

  /** An expression of a kind of type. */
  private readKind(value: unknown, place: Place, kind: Type["kind"]): Expression {
    const expression = this.read(value, place);
    expectKind(expression.type, place, kind);
    return expression;
  }

  /** An expression of exactly `type`. */
  private readOf(value: unknown, place: Place, type: Type): Expression {
    const expression = this.read(value, place);
    if (!sameType(expression.type, type))
      refuse(place, `is ${typeName(expression.type)}, not ${typeName(type)}`);
    return expression;
  }

  private type(fields: Fields, place: Place): ValueType {
    return required(fields, "type", place, readType);
  }

  /** The type, which must be `expected`. */
  private typeIs<T extends Type>(fields: Fields, place: Place, expected: T): T {
    const type = this.type(fields, place);
    return sameType(type, expected)
      ? expected
      : refuse(place, `is ${typeName(type)}, not ${typeName(expected)}`);
  }

  private readonly readTarget = (value: unknown, place: Place): VariableExpression => {
    countNode(this.declarations, place);
    const fields = readObject(value, place);
    return field(fields, "kind") === "variable"
      ? this.readVariable(fields, place)
      : refuse(place, "is no variable");
  };

  private readVariable(fields: Fields, place: Place): VariableExpression {
    onlyFields(fields, place, "kind", "scope", "name", "keys", "type", "span");
    const scope = required(fields, "scope", place, (one, at) => readChoice(one, at, scopes));
    const name = required(fields, "name", place, readName);
    const declaration =
      this.declarations.variables.get(variableKey({ scope, name })) ??
      refuse(place, `is not declared: ${name}`);
    return {
      kind: "variable",
      scope,
      name,
      keys: this.readKeys(fields, place, declaration.keys),
      type: this.typeIs(fields, place, declaration.type),
      ...spanOf(fields, place),
    };
  }

  private readBinary(fields: Fields, place: Place): Expression {
    onlyFields(fields, place, "kind", "operator", "left", "right", "type", "span");
    const operator = required(fields, "operator", place, (one, at) => readChoice(one, at, binaryOperators));
    const type = this.type(fields, place);
    const node = { kind: "binary", operator, type, ...spanOf(fields, place) } as const;
    if (isOneOf(operator, logicalOperators)) {
      expectKind(type, place, "integer");
      return {
        ...node,
        left: required(fields, "left", place, this.readCondition),
        right: required(fields, "right", place, this.readCondition),
      };
    }
    if (isOneOf(operator, comparisonOperators)) {
      expectKind(type, place, "integer");
      const left = required(fields, "left", place, this.read);
      return {
        ...node,
        left,
        right: required(fields, "right", place, (one, at) => this.readOf(one, at, left.type)),
      };
    }
    const hasOperator =
      type.kind === "integer" || (type.kind === "float" && floatOperators.includes(operator));
    if (!hasOperator) refuse(place, `has no operator ${operator} for its type`);
    const isShift = operator === "<<" || operator === ">>";
    return {
      ...node,
      left: required(fields, "left", place, (one, at) => this.readOf(one, at, type)),
      right: required(fields, "right", place, (one, at) =>
        isShift ? this.readInteger(one, at) : this.readOf(one, at, type),
      ),
    };
  }

  private readCall(fields: Fields, place: Place): Expression {
    onlyFields(fields, place, "kind", "function", "arguments", "type", "span");
    const names = Object.keys(functions) as FunctionName[];
    const name = required(fields, "function", place, (one, at) => readChoice(one, at, names));
    const { parameters, required: least, result } = functions[name];
    const given = required(fields, "arguments", place, (value, at) =>
      readArray(value, at, parameters.length, (one, of) => {
        const parameter = parameters[Number(of.key)];
        return parameter === undefined
          ? refuse(of, "is one too many")
          : this.readKind(one, of, parameter.kind);
      }),
    );
    if (given.length < least) refuse(place, `gives ${name} ${given.length} arguments of ${least}`);
    return {
      kind: "call",
      function: name,
      arguments: given,
      type: this.typeIs(fields, place, result),
      ...spanOf(fields, place),
    };
  }
}

function isOneOf<T extends BinaryOperator>(operator: BinaryOperator, list: readonly T[]): operator is T {
  return (list as readonly BinaryOperator[]).includes(operator);
}

function expectKind(type: Type, place: Place, kind: Type["kind"]): void {
  if (type.kind !== kind) refuse(place, `is ${typeName(type)}, not of kind ${kind}`);
}

function readFloatType(value: unknown, place: Place): FloatType {
  const type = readType(value, place);
  return type.kind === "float" ? type : refuse(place, "is no float type");
}

/** An integer within the range of `type`, as a safe number or in decimal. */
function readConstant(value: unknown, place: Place, type: IntegerType): IntJson {
  const isDecimal = typeof value === "string" && /^-?[0-9]{1,20}$/.test(value);
  if (!isDecimal && !Number.isSafeInteger(value)) refuse(place, "is no integer");
  const big = BigInt(value as IntJson);
  const wrapped = type.signed ? BigInt.asIntN(type.bits, big) : BigInt.asUintN(type.bits, big);
  if (wrapped !== big) refuse(place, `is beyond the range of ${typeName(type)}`);
  return isDecimal ? value : Number(big);
}
