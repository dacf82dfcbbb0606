/** The constant parameters of lquantize and llquantize. */
import type { AggregatingFunction, AggregatingFunctionName, Span } from "@trace/core";
import { reject } from "@trace/syntax";
import type { ExpressionNode } from "../ast/expression.ts";
import { constantValue } from "../types/convert.ts";
import type { Scope } from "./scope.ts";

/** The function called `name` with the parameters `rest`, checked with DTrace's tags. */
export function quantizeParameters(
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
