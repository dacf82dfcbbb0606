/** Statements, and the formats in them. */
import {
  argumentCount,
  type Conversion,
  type ConversionKind,
  type PrintfFormat,
} from "../../format/printf-format.ts";
import type { AggregationDeclaration } from "../program.ts";
import type { AggregateStatement, Statement } from "../statement.ts";
import { limits } from "./limits.ts";
import { countNode, type Declarations, type ExpressionReader } from "./read-expression.ts";
import { readName, spanOf } from "./read-type.ts";
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
  required,
  type Fields,
  type Place,
} from "./reader.ts";

/** Reads the statements of one program. */
export class StatementReader {
  private readonly declarations: Declarations;
  private readonly expressions: ExpressionReader;

  constructor(declarations: Declarations, expressions: ExpressionReader) {
    this.declarations = declarations;
    this.expressions = expressions;
  }

  readonly readAll = (value: unknown, place: Place): readonly Statement[] =>
    readArray(value, place, limits.nodes, this.read);

  readonly read = (value: unknown, place: Place): Statement => {
    countNode(this.declarations, place);
    const { read, readCondition, readInteger: readAnyInteger } = this.expressions;
    const fields = readObject(value, place);
    const span = spanOf(fields, place);
    const kind = field(fields, "kind");
    switch (kind) {
      case "expression":
        onlyFields(fields, place, "kind", "expression", "span");
        return { kind, expression: required(fields, "expression", place, read), ...span };
      case "if":
        onlyFields(fields, place, "kind", "condition", "then", "otherwise", "span");
        return {
          kind,
          condition: required(fields, "condition", place, readCondition),
          // oxlint-disable-next-line unicorn/no-thenable -- the IR names it so; nobody awaits a statement
          then: required(fields, "then", place, this.readAll),
          otherwise: required(fields, "otherwise", place, this.readAll),
          ...span,
        };
      case "aggregate":
        return this.readAggregate(fields, place);
      case "printf": {
        onlyFields(fields, place, "kind", "format", "arguments", "span");
        const format = required(fields, "format", place, readFormat);
        const given = required(fields, "arguments", place, (one, at) =>
          readArray(one, at, limits.formatParts, read),
        );
        if (given.length !== argumentCount(format))
          refuse(place, `has ${given.length} arguments for a format of ${argumentCount(format)}`);
        return { kind, format, arguments: given, ...span };
      }
      case "printa": {
        onlyFields(fields, place, "kind", "aggregations", "format", "span");
        const aggregations = required(fields, "aggregations", place, (one, at) =>
          readArray(one, at, limits.declarations, (name, of) => this.aggregation(name, of).name),
        );
        if (aggregations.length === 0) refuse(place, "names no aggregation");
        return { kind, aggregations, ...optional(fields, "format", place, readFormat), ...span };
      }
      case "trace":
        onlyFields(fields, place, "kind", "value", "layout", "span");
        return {
          kind,
          value: required(fields, "value", place, read),
          ...optional(fields, "layout", place, (one, at) => readChoice(one, at, ["bytes", "dump"] as const)),
          ...span,
        };
      case "stack":
        onlyFields(fields, place, "kind", "space", "depth", "span");
        return {
          kind,
          space: required(fields, "space", place, (one, at) =>
            readChoice(one, at, ["user", "kernel"] as const),
          ),
          depth: required(fields, "depth", place, (one, at) => readInteger(one, at, 1, limits.frames)),
          ...span,
        };
      case "default":
        onlyFields(fields, place, "kind", "span");
        return { kind, ...span };
      case "exit":
        onlyFields(fields, place, "kind", "status", "span");
        return { kind, status: required(fields, "status", place, readAnyInteger), ...span };
      case "clear":
      case "denormalize":
        onlyFields(fields, place, "kind", "aggregation", "span");
        return { kind, aggregation: this.aggregationName(fields, place), ...span };
      case "trunc":
        onlyFields(fields, place, "kind", "aggregation", "count", "span");
        return {
          kind,
          aggregation: this.aggregationName(fields, place),
          ...optional(fields, "count", place, readAnyInteger),
          ...span,
        };
      case "normalize":
        onlyFields(fields, place, "kind", "aggregation", "factor", "span");
        return {
          kind,
          aggregation: this.aggregationName(fields, place),
          factor: required(fields, "factor", place, readAnyInteger),
          ...span,
        };
      default:
        return refuse(place, "is no statement that this version knows");
    }
  };

  private readAggregate(fields: Fields, place: Place): AggregateStatement {
    onlyFields(fields, place, "kind", "aggregation", "keys", "value", "weight", "span");
    const { readInteger: readAnyInteger } = this.expressions;
    const declaration = required(fields, "aggregation", place, (one, at) => this.aggregation(one, at));
    const value = optional(fields, "value", place, readAnyInteger);
    const weight = optional(fields, "weight", place, readAnyInteger);
    const { name } = declaration.function;
    if ((value.value === undefined) !== (name === "count"))
      refuse(place, name === "count" ? "counts a value" : `gives ${name} no value`);
    if (weight.weight !== undefined && !name.endsWith("quantize")) refuse(place, `gives ${name} a weight`);
    return {
      kind: "aggregate",
      aggregation: declaration.name,
      keys: this.expressions.readKeys(fields, place, declaration.keys),
      ...value,
      ...weight,
      ...spanOf(fields, place),
    };
  }

  private aggregationName(fields: Fields, place: Place): string {
    return required(fields, "aggregation", place, (one, at) => this.aggregation(one, at)).name;
  }

  private aggregation(value: unknown, place: Place): AggregationDeclaration {
    const name = readName(value, place);
    return this.declarations.aggregations.get(name) ?? refuse(place, `is not declared: @${name}`);
  }
}

const conversionKinds = "duoxXcspeEfgGaASCYTk".split("") as readonly ConversionKind[];

function readFormat(value: unknown, place: Place): PrintfFormat {
  return readArray(value, place, limits.formatParts, (one, at) =>
    typeof one === "string" ? readString(one, at, limits.text) : readConversion(one, at),
  );
}

function readConversion(value: unknown, place: Place): Conversion {
  const fields = readObject(value, place);
  onlyFields(fields, place, "kind", "aggregate", "flags", "width", "precision", "bits");
  return {
    kind: required(fields, "kind", place, (one, at) => readChoice(one, at, conversionKinds)),
    ...optional(fields, "aggregate", place, readBoolean),
    ...optional(fields, "flags", place, readFlags),
    ...optional(fields, "width", place, readSize),
    ...optional(fields, "precision", place, readSize),
    ...optional(fields, "bits", place, (one, at) => readChoice(one, at, [8, 16, 32, 64] as const)),
  };
}

function readFlags(value: unknown, place: Place): string {
  const flags = readString(value, place, limits.name);
  return /^[-+ 0#']*$/.test(flags) ? flags : refuse(place, "has a flag that is none");
}

function readSize(value: unknown, place: Place): number | "*" {
  return value === "*" ? "*" : readInteger(value, place, 0, limits.text);
}
