/** Feeding aggregations: the state of the element, then its update, inlined as far as it is short. */
import {
  int64,
  linearIndex,
  logLinearIndex,
  quantizeIndex,
  type AggregateStatement,
  type AggregatingFunction,
  type Expression,
} from "@trace/core";
import { addSquare, addSum } from "../runtime/states.ts";
import { argumentTextCode, argumentType, parameter } from "./argument-code.ts";
import { directArgument } from "./call-code.ts";
import type { IntegerCode } from "./code.ts";
import { integerExpression, integerType, typedExpression } from "./typed-expression.ts";
import { integerLiteral } from "./integer-code.ts";
import { isSafe } from "./range.ts";
import type { Site } from "./site.ts";

const MAX = Number.MAX_SAFE_INTEGER;

export function aggregateCode(site: Site, statement: AggregateStatement): string {
  const { unit } = site;
  const table = site.state.aggregation(statement.aggregation);
  const name = unit.link(`agg_${statement.aggregation}`, table);
  const { function: fn, value: type } = table.declaration;
  const lines: string[] = [];
  const keep = (what: string, text: string): string => {
    const local = unit.local(what);
    lines.push(`${local} = ${text};`);
    return local;
  };
  const keys = table.declaration.keys.map((keyType, at): KeyCode => {
    const key = statement.keys[at] as Expression;
    const raw = rawKey(site, key);
    if (raw !== undefined) return raw;
    const local = keep("key", typedExpression(site, key, keyType).text);
    return { find: local, make: local };
  });
  let value = integerLiteral(1n);
  if (statement.value !== undefined) {
    const given = integerExpression(site, statement.value, integerType(type));
    value = { ...given, text: keep("value", given.text) };
  }
  const weight =
    statement.weight === undefined
      ? undefined
      : keep("weight", integerExpression(site, statement.weight, int64).text);
  const state = keep("state", stateCode(name, keys));
  lines.push(updateCode(site, fn, { table: name, state, value, weight }));
  return lines.join("\n");
}

/** A key: as it is looked up, and as it is put in where it was not found. */
interface KeyCode {
  readonly find: string;
  readonly make: string;
}

/** The element's state, found or made. */
function stateCode(table: string, keys: readonly KeyCode[]): string {
  if (keys.length === 0) return `${table}.only ?? ${table}.makeOnly()`;
  const path = keys.map(({ find }) => `get(${find})`).join("?.");
  return `${table}.root.${path} ?? ${table}.make(${keys.map(({ make }) => make).join(", ")})`;
}

/**
 * The key of a string argument. It is looked up as the application gave it: all that the table holds is clean, so one
 * that is found needs no cleaning.
 */
function rawKey(site: Site, key: Expression): KeyCode | undefined {
  if (key.kind !== "call" || key.function !== "copyinstr" || key.arguments.length !== 1) return undefined;
  const index = directArgument(key.arguments[0] as Expression);
  if (index === undefined || argumentType(site, index) !== "string") return undefined;
  return { find: parameter(index), make: argumentTextCode(site, index).text };
}

interface Update {
  readonly table: string;
  readonly state: string;
  readonly value: IntegerCode;
  readonly weight: string | undefined;
}

function updateCode(site: Site, fn: AggregatingFunction, update: Update): string {
  const { state, value } = update;
  switch (fn.name) {
    case "count":
      return `${state}.n++;`;
    case "sum":
      return sumCode(site, state, value);
    case "avg":
      return `${state}.n++;\n${sumCode(site, state, value)}`;
    case "min":
      return `if (${value.text} < ${state}.value) ${state}.value = ${value.text};`;
    case "max":
      return `if (${value.text} > ${state}.value) ${state}.value = ${value.text};`;
    case "stddev":
      return `${state}.n++;\n${sumCode(site, state, value)}\n${site.unit.call(addSquare, state, value.text)};`;
    case "quantize":
      return bucketCode(site, update, quantizeCode(site, value));
    case "lquantize":
      return bucketCode(site, update, site.unit.call(linearIndex, value.text, site.unit.link("buckets", fn)));
    case "llquantize":
      return bucketCode(
        site,
        update,
        site.unit.call(logLinearIndex, value.text, site.unit.link("buckets", fn)),
      );
  }
}

function sumCode(site: Site, state: string, value: IntegerCode): string {
  const add = `${site.unit.call(addSum, state, value.text)};`;
  if (!isSafe(value.range)) return add;
  const sum = site.unit.local("sum");
  return `${sum} = ${state}.sum + ${value.text};
if (${sum} <= ${MAX} && ${sum} >= -${MAX}) ${state}.sum = ${sum};
else ${add}`;
}

function quantizeCode(site: Site, { text, range }: IntegerCode): string {
  return range.min >= 0 && range.max < 2 ** 32
    ? `32 - Math.clz32(${text})`
    : site.unit.call(quantizeIndex, text);
}

function bucketCode(site: Site, { table, state, weight }: Update, index: string): string {
  const bucket = site.unit.local("bucket");
  const add = (by: string): string => `${table}.addToBucket(${state}, ${bucket}, ${by});`;
  return weight === undefined
    ? `${bucket} = ${index};
if (${bucket} >= 0 && ${bucket} < ${state}.near.length) ${state}.near[${bucket}]++;
else ${add("1")}`
    : `${bucket} = ${index};\n${add(weight)}`;
}
