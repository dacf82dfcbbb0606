/** `@name[keys] = count();` and its kin. */
import {
  int64,
  type AggregatingFunction,
  type AggregatingFunctionName,
  type AggregateStatement,
  type Expression,
  type Span,
} from "@trace/core";
import { reject } from "@trace/syntax";
import type { AggregationNode, AssignmentNode, CallNode, ExpressionNode } from "../ast/expression.ts";
import { irType, isScalar, longType, type DType } from "../types/d-type.ts";
import { convert } from "../types/convert.ts";
import { calledName, notAFunction } from "./calls.ts";
import { callableNames, isAggregatingFunction } from "./functions.ts";
import { quantizeParameters } from "./quantize-parameters.ts";
import type { Aggregation, Scope } from "./scope.ts";
import { checkKeys, lowerKey } from "./variables.ts";

/** An aggregation as D writes it. */
export function aggregationText(name: string): string {
  return name === "_" ? "@" : `@${name}`;
}

/** The aggregation and its keys if `node` is `@name` or `@name[keys]`. */
export function aggregationTarget(
  node: ExpressionNode,
): { readonly aggregation: AggregationNode; readonly keys: readonly ExpressionNode[] } | undefined {
  if (node.kind === "aggregation") return { aggregation: node, keys: [] };
  if (node.kind === "index" && node.base.kind === "index" && aggregationTarget(node.base) !== undefined)
    reject("D_AGG_MDIM", "an aggregation has one list of keys", node.span, "write @name[a, b]");
  return node.kind === "index" && node.base.kind === "aggregation"
    ? { aggregation: node.base, keys: node.keys }
    : undefined;
}

/** Refuses an aggregation that nothing assigned before. */
export function undefinedAggregation({ name, span }: AggregationNode): never {
  const text = aggregationText(name);
  reject(
    "D_IDENT_UNDEF",
    `aggregation ${text} is not assigned before this`,
    span,
    `assign it first: ${text} = count();`,
  );
}

export function lowerAggregate(
  scope: Scope,
  node: AssignmentNode,
  { aggregation, keys: keyNodes }: NonNullable<ReturnType<typeof aggregationTarget>>,
): AggregateStatement {
  const { span } = node;
  const name = aggregationText(aggregation.name);
  if (node.operator !== "=")
    reject("D_AGG_FUNC", `${name} is assigned with '=' only`, span, `write ${name} = sum(...);`);
  const { value } = node;
  if (
    value.kind === "call" &&
    value.callee.kind === "identifier" &&
    !callableNames.includes(value.callee.name)
  )
    notAFunction(scope, value.callee.name, value);
  const called = value.kind === "call" ? calledName(scope, value) : undefined;
  if (value.kind !== "call" || called === undefined || !isAggregatingFunction(called))
    reject(
      "D_AGG_FUNC",
      `${name} must be assigned the result of an aggregating function`,
      value.span,
      `write ${name} = count(); or avg, min, max, sum, stddev, quantize, lquantize, llquantize`,
    );
  const keys = keyNodes.map((key) => ({ typed: lowerKey(scope, key), span: key.span }));
  const call = lowerAggregatingCall(scope, called, value);
  const declared = declareAggregation(
    scope,
    aggregation,
    call,
    keys.map(({ typed }) => typed.type),
  );
  checkKeys(`${name}[]`, declared.keys, keys, span);
  return {
    kind: "aggregate",
    aggregation: aggregation.name,
    keys: keys.map(({ typed }, index) => convert(typed, declared.keys[index] ?? typed.type)),
    ...(call.value === undefined ? {} : { value: call.value }),
    ...(call.weight === undefined ? {} : { weight: call.weight }),
    span,
  };
}

interface AggregatingCall {
  readonly function: AggregatingFunction;
  readonly value?: Expression;
  readonly weight?: Expression;
  readonly span: Span;
}

/** The aggregation, declared by its first use; a later use must be of the same function. */
function declareAggregation(
  scope: Scope,
  { name, span }: AggregationNode,
  call: AggregatingCall,
  keys: readonly DType[],
): Aggregation {
  const known = scope.aggregations.get(name);
  if (known !== undefined) {
    checkSameFunction(name, known.declaration.function, call);
    return known;
  }
  const aggregation: Aggregation = {
    declaration: {
      name,
      function: call.function,
      keys: keys.map(irType),
      value: call.value?.type ?? int64,
      span,
    },
    keys,
  };
  scope.aggregations.set(name, aggregation);
  return aggregation;
}

function checkSameFunction(name: string, known: AggregatingFunction, call: AggregatingCall): void {
  const given = call.function;
  const text = aggregationText(name);
  if (known.name !== given.name)
    reject(
      "D_AGG_REDEF",
      `${text} is ${known.name}() elsewhere and cannot be ${given.name}() too`,
      call.span,
      "use another name for the second aggregation",
    );
  for (const [parameter, tag] of MATCH_TAGS) {
    const [before, now] = [known, given].map((one) => (one as Readonly<Record<string, unknown>>)[parameter]);
    if (before !== now)
      reject(
        tag(given.name),
        `${text} has another ${parameter} elsewhere: ${String(before)}, not ${String(now)}`,
        call.span,
      );
  }
}

const MATCH_TAGS: readonly (readonly [string, (name: AggregatingFunctionName) => string])[] = [
  ["factor", () => "D_LLQUANT_MATCHFACTOR"],
  ["low", (name) => (name === "lquantize" ? "D_LQUANT_MATCHBASE" : "D_LLQUANT_MATCHLMAG")],
  ["high", (name) => (name === "lquantize" ? "D_LQUANT_MATCHLIM" : "D_LLQUANT_MATCHHMAG")],
  ["step", () => "D_LQUANT_MATCHSTEP"],
  ["steps", () => "D_LLQUANT_MATCHSTEPS"],
];

/** Arguments each function takes, at most. What is missing has a tag of its own. */
const MOST_ARGUMENTS: Readonly<Record<AggregatingFunctionName, number>> = {
  count: 0,
  sum: 1,
  avg: 1,
  min: 1,
  max: 1,
  stddev: 1,
  quantize: 2,
  lquantize: 5,
  llquantize: 6,
};

function lowerAggregatingCall(scope: Scope, name: AggregatingFunctionName, node: CallNode): AggregatingCall {
  const { span, arguments: list } = node;
  const most = MOST_ARGUMENTS[name];
  if (list.length > most)
    reject(
      "D_PROTO_LEN",
      `${name}() takes ${most === 0 ? "no arguments" : `at most ${most}`}, not ${list.length}`,
      span,
    );
  if (name === "count") return { function: { name }, span };
  const [valueNode, ...rest] = list;
  if (valueNode === undefined) reject("D_AGG_SCALAR", `${name}() needs a value`, span);
  const weightNode = most === 1 ? undefined : rest[most - 2];
  const value = scalar(scope, `${name}()`, "D_AGG_SCALAR", valueNode);
  return {
    function: quantizeParameters(scope, name, rest, span),
    value,
    ...(weightNode === undefined
      ? {}
      : { weight: scalar(scope, `the weight of ${name}()`, "D_PROTO_ARG", weightNode) }),
    span,
  };
}

/** What is aggregated: a 64-bit integer. */
function scalar(scope: Scope, what: string, tag: string, node: ExpressionNode): Expression {
  const value = scope.lower(node);
  if (!isScalar(value.type)) reject(tag, `${what} takes a number, not ${value.type.name}`, node.span);
  return convert(value, longType);
}
