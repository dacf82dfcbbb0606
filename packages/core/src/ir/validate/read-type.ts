/** Types and declarations. */
import type {
  AggregatingFunction,
  LinearParameters,
  LogLinearParameters,
} from "../../aggregation/aggregating-function.ts";
import type { Span } from "../../diagnostic/diagnostic.ts";
import type { FloatType, IntegerType, StringType, Type } from "../../value/type.ts";
import type { VariableScope } from "../expression.ts";
import type { AggregationDeclaration, VariableDeclaration } from "../program.ts";
import { limits } from "./limits.ts";
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

/** The type of an expression: no other has values. */
export type ValueType = IntegerType | FloatType | StringType;

export const scopes: readonly VariableScope[] = ["global", "thread", "clause"];

export function readSpan(value: unknown, place: Place): Span {
  const fields = readObject(value, place);
  onlyFields(fields, place, "start", "end");
  const offset = (one: unknown, at: Place): number => readInteger(one, at, 0, Number.MAX_SAFE_INTEGER);
  return { start: required(fields, "start", place, offset), end: required(fields, "end", place, offset) };
}

/** The span of a node, where it has one. */
export function spanOf(fields: Fields, place: Place): { readonly span?: Span } {
  return optional(fields, "span", place, readSpan);
}

export function readType(value: unknown, place: Place): ValueType {
  const fields = readObject(value, place);
  const kind = field(fields, "kind");
  switch (kind) {
    case "integer":
      onlyFields(fields, place, "kind", "bits", "signed");
      return {
        kind,
        bits: required(fields, "bits", place, (one, at) => readChoice(one, at, [8, 16, 32, 64] as const)),
        signed: required(fields, "signed", place, readBoolean),
      };
    case "float":
      onlyFields(fields, place, "kind", "bits");
      return {
        kind,
        bits: required(fields, "bits", place, (one, at) => readChoice(one, at, [32, 64] as const)),
      };
    case "string":
      onlyFields(fields, place, "kind");
      return { kind };
    default:
      return refuse(place, "is no type of a value: integer, float or string");
  }
}

export function readIntegerType(value: unknown, place: Place): IntegerType {
  const type = readType(value, place);
  return type.kind === "integer" ? type : refuse(place, "is no integer type");
}

/** The type of what is stored: a variable's value, or a key. */
function readStoredType(value: unknown, place: Place): IntegerType | StringType {
  const type = readType(value, place);
  return type.kind === "float" ? refuse(place, "is neither an integer nor a string type") : type;
}

function readKeyTypes(value: unknown, place: Place): readonly Type[] {
  return readArray(value, place, limits.keys, readStoredType);
}

/** A name of a variable or an aggregation. */
export function readName(value: unknown, place: Place): string {
  const name = readString(value, place, limits.name);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse(place, "is not a name");
  return name;
}

export function readVariable(value: unknown, place: Place): VariableDeclaration {
  const fields = readObject(value, place);
  onlyFields(fields, place, "scope", "name", "type", "keys", "span");
  const declaration = {
    scope: required(fields, "scope", place, (one, at) => readChoice(one, at, scopes)),
    name: required(fields, "name", place, readName),
    type: required(fields, "type", place, readStoredType),
    keys: required(fields, "keys", place, readKeyTypes),
    ...spanOf(fields, place),
  };
  if (declaration.scope === "clause" && declaration.keys.length > 0)
    refuse(place, "is an array local to a clause, which there is not");
  return declaration;
}

export function readAggregation(value: unknown, place: Place): AggregationDeclaration {
  const fields = readObject(value, place);
  onlyFields(fields, place, "name", "function", "keys", "value", "span");
  return {
    name: required(fields, "name", place, readName),
    function: required(fields, "function", place, readFunction),
    keys: required(fields, "keys", place, readKeyTypes),
    value: required(fields, "value", place, readIntegerType),
    ...spanOf(fields, place),
  };
}

function readFunction(value: unknown, place: Place): AggregatingFunction {
  const fields = readObject(value, place);
  const name = field(fields, "name");
  switch (name) {
    case "count":
    case "sum":
    case "avg":
    case "min":
    case "max":
    case "stddev":
    case "quantize":
      onlyFields(fields, place, "name");
      return { name };
    case "lquantize":
      return { name, ...readLinear(fields, place) };
    case "llquantize":
      return { name, ...readLogLinear(fields, place) };
    default:
      return refuse(place, "is no aggregating function");
  }
}

/** dtrace(1): the ends are 32-bit integers, the levels 16 bits wide. */
function readLinear(fields: Fields, place: Place): LinearParameters {
  onlyFields(fields, place, "name", "low", "high", "step");
  const end = (one: unknown, at: Place): number => readInteger(one, at, -(2 ** 31), 2 ** 31 - 1);
  const low = required(fields, "low", place, end);
  const high = required(fields, "high", place, end);
  const step = required(fields, "step", place, (one, at) => readInteger(one, at, 1, 2 ** 32));
  if (low >= high) refuse(place, "has its high end at or below its low one");
  if ((high - low) / step > limits.buckets) refuse(place, `has more than ${limits.buckets} buckets`);
  return { low, high, step };
}

function readLogLinear(fields: Fields, place: Place): LogLinearParameters {
  onlyFields(fields, place, "name", "factor", "low", "high", "steps");
  const factor = required(fields, "factor", place, (one, at) => readInteger(one, at, 2, 65_535));
  const low = required(fields, "low", place, (one, at) => readInteger(one, at, 0, 63));
  const high = required(fields, "high", place, (one, at) => readInteger(one, at, low, 63));
  const steps = required(fields, "steps", place, (one, at) => readInteger(one, at, 1, limits.buckets));
  if (factor ** (high + 1) > 2 ** 63) refuse(place, "has magnitudes beyond 64 bits");
  if ((high - low + 1) * steps > limits.buckets) refuse(place, `has more than ${limits.buckets} buckets`);
  return { factor, low, high, steps };
}
