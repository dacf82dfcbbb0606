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
import { constantValue, convert } from "../types/convert.ts";
import { calledName, notAFunction } from "./calls.ts";
import { callableNames, isAggregatingFunction } from "./functions.ts";
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
    function: parameters(scope, name, rest, span),
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

function parameters(
  scope: Scope,
  name: AggregatingFunctionName,
  rest: readonly ExpressionNode[],
  span: Span,
): AggregatingFunction {
  if (name === "lquantize") return linear(scope, rest, span);
  if (name === "llquantize") return logLinear(scope, rest, span);
  return { name };
}

/** A parameter that must be known before the program runs. */
function fixed(
  scope: Scope,
  what: string,
  tag: string,
  node: ExpressionNode | undefined,
  span: Span,
): number {
  const value = node === undefined ? undefined : constantValue(scope.lower(node));
  if (value === undefined) reject(tag, `${what} must be an integer constant`, node?.span ?? span);
  return Number(value);
}

function linear(scope: Scope, rest: readonly ExpressionNode[], span: Span): AggregatingFunction {
  const low = fixed(scope, "the base of lquantize()", "D_LQUANT_BASETYPE", rest[0], span);
  const high = fixed(scope, "the limit of lquantize()", "D_LQUANT_LIMTYPE", rest[1], span);
  const step =
    rest[2] === undefined ? 1 : fixed(scope, "the step of lquantize()", "D_LQUANT_STEPTYPE", rest[2], span);
  const outside = (value: number): boolean => value < -(2 ** 31) || value >= 2 ** 31;
  if (outside(low)) reject("D_LQUANT_BASEVAL", `lquantize() base ${low} is beyond 32 bits`, span);
  if (outside(high)) reject("D_LQUANT_LIMVAL", `lquantize() limit ${high} is beyond 32 bits`, span);
  if (high < low) reject("D_LQUANT_MISMATCH", `lquantize() limit ${high} is below its base ${low}`, span);
  if (step <= 0) reject("D_LQUANT_STEPTYPE", `lquantize() step ${step} is not positive`, span);
  if (step > 65_535) reject("D_LQUANT_STEPVAL", `lquantize() step ${step} is above 65535`, span);
  const levels = Math.floor((high - low) / step);
  if (levels === 0)
    reject("D_LQUANT_STEPLARGE", `lquantize() step ${step} is greater than its whole range`, span);
  if (levels > 65_535)
    reject("D_LQUANT_STEPSMALL", `lquantize() step ${step} makes ${levels} buckets, more than 65535`, span);
  return { name: "lquantize", low, high, step };
}

function logLinear(scope: Scope, rest: readonly ExpressionNode[], span: Span): AggregatingFunction {
  const factor = fixed(scope, "the factor of llquantize()", "D_LLQUANT_FACTORTYPE", rest[0], span);
  const low = fixed(scope, "the low magnitude of llquantize()", "D_LLQUANT_LMAGTYPE", rest[1], span);
  const high = fixed(scope, "the high magnitude of llquantize()", "D_LLQUANT_HMAGTYPE", rest[2], span);
  const steps = fixed(scope, "the steps of llquantize()", "D_LLQUANT_STEPTYPE", rest[3], span);
  const in16Bits = (value: number): boolean => value >= 0 && value <= 65_535;
  if (factor < 2 || !in16Bits(factor))
    reject("D_LLQUANT_FACTORVAL", `llquantize() factor ${factor} is not from 2 to 65535`, span);
  if (!in16Bits(low))
    reject("D_LLQUANT_LMAGVAL", `llquantize() low magnitude ${low} is not from 0 to 65535`, span);
  if (!in16Bits(high) || high < low)
    reject("D_LLQUANT_HMAGVAL", `llquantize() high magnitude ${high} is not from ${low} to 65535`, span);
  if (factor ** (high + 1) > 2 ** 64)
    reject("D_LLQUANT_HMAGVAL", `llquantize() high magnitude ${high} is beyond 64 bits`, span);
  if (steps < 1) reject("D_LLQUANT_STEPTYPE", `llquantize() steps ${steps} are not positive`, span);
  const wrong = wrongSteps(factor, low, steps);
  if (wrong !== undefined)
    reject("D_LLQUANT_STEPVAL", `llquantize() steps ${steps} ${wrong}`, rest[3]?.span ?? span);
  return { name: "llquantize", factor, low, high, steps };
}

/** Steps divide a magnitude evenly into whole numbers; if not, why. */
function wrongSteps(factor: number, low: number, steps: number): string | undefined {
  if (steps > 65_535) return "are more than 65535";
  if (steps < factor) return factor % steps === 0 ? undefined : `do not divide the factor ${factor} evenly`;
  if (steps % factor !== 0) return `are not a multiple of the factor ${factor}`;
  const power = low === 0 ? 2 : low + 1;
  return steps === factor || BigInt(factor) ** BigInt(power) % BigInt(steps) === 0n
    ? undefined
    : `do not divide ${factor} to the power of ${power} evenly`;
}
