/** Actions: the calls that stand alone as statements (dtrace(1), "Actions"). */
import { defaultOptions, type Span, type Statement } from "@trace/core";
import { reject } from "@trace/syntax";
import type { CallNode, ExpressionNode } from "../ast/expression.ts";
import { checkPrinta } from "../format/check-printa.ts";
import { checkPrintf } from "../format/check-printf.ts";
import { isScalar, longType, sizeOf, type DType } from "../types/d-type.ts";
import { constantValue, convert } from "../types/convert.ts";
import { aggregationTarget, aggregationText } from "./aggregations.ts";
import type { ActionName } from "./functions.ts";
import type { Aggregation, Scope } from "./scope.ts";

export function lowerAction(scope: Scope, name: ActionName, node: CallNode): Statement {
  switch (name) {
    case "printf":
      return lowerPrintf(scope, node);
    case "printa":
      return lowerPrinta(scope, node);
    case "trace":
      return lowerTrace(scope, node);
    case "exit":
      return lowerExit(scope, node);
    case "stack":
    case "ustack":
      return lowerStack(scope, name, node);
    case "clear":
    case "denormalize": {
      const tag = name === "clear" ? "CLEAR" : "NORMALIZE";
      takes(name, node, `D_${tag}_PROTO`, 1, 1, "an aggregation");
      const aggregation = aggregationArgument(scope, name, node.arguments[0], tag, node.span);
      return { kind: name, aggregation: aggregation.declaration.name, span: node.span };
    }
    case "trunc":
      return lowerTrunc(scope, node);
    case "normalize":
      return lowerNormalize(scope, node);
  }
}

function takes(
  name: string,
  { arguments: list, span }: CallNode,
  tag: string,
  least: number,
  most: number,
  what: string,
): void {
  if (list.length < least || list.length > most)
    reject(
      tag,
      `${name}() takes ${what}, not ${list.length === 1 ? "1 argument" : `${list.length} arguments`}`,
      span,
    );
}

function lowerPrintf(scope: Scope, node: CallNode): Statement {
  const [formatNode, ...rest] = node.arguments;
  const text = formatText(scope, "printf", formatNode, node.span);
  const list = rest.map((argument) => ({ typed: scope.lower(argument), span: argument.span }));
  const format = checkPrintf(
    text,
    list.map(({ typed, span }) => ({ type: typed.type, span })),
    formatNode?.span ?? node.span,
  );
  return { kind: "printf", format, arguments: list.map(({ typed }) => typed.ir), span: node.span };
}

/** The format of printf and printa: a string constant. */
function formatText(scope: Scope, name: string, node: ExpressionNode | undefined, span: Span): string {
  if (node === undefined)
    reject("D_PROTO_LEN", `${name}() needs a format`, span, `write ${name}("text", values)`);
  const { ir, type } = scope.lower(node);
  if (ir.kind !== "string")
    reject(
      "D_PRINTF_ARG_FMT",
      `the format of ${name}() must be a string constant`,
      node.span,
      type.kind === "string" ? `write ${name}("%s", ...)` : undefined,
    );
  return ir.value;
}

function lowerPrinta(scope: Scope, node: CallNode): Statement {
  const { arguments: list, span } = node;
  const [first] = list;
  if (first === undefined)
    reject("D_PRINTA_PROTO", "printa() needs an aggregation", span, "write printa(@name)");
  const formatted = aggregationTarget(first) === undefined;
  const text = formatted ? formatText(scope, "printa", first, span) : undefined;
  const nodes = formatted ? list.slice(1) : list;
  if (nodes.length === 0)
    reject(
      "D_PRINTA_PROTO",
      "printa() needs an aggregation after its format",
      span,
      "write printa(format, @name)",
    );
  const aggregations = nodes.map((one) => aggregationArgument(scope, "printa", one, "PRINTA", one.span));
  const [lead] = aggregations;
  const keys = lead?.keys ?? [];
  for (const [index, aggregation] of aggregations.entries())
    if (!sameKeys(keys, aggregation.keys))
      reject(
        "D_PRINTA_AGGKEY",
        `${aggregationText(aggregation.declaration.name)} has other keys than ` +
          aggregationText(lead?.declaration.name ?? "_"),
        nodes[index]?.span ?? span,
        "printa() joins aggregations by their keys: these must be of the same types",
      );
  return {
    kind: "printa",
    aggregations: aggregations.map(({ declaration }) => declaration.name),
    ...(text === undefined ? {} : { format: checkPrinta(text, keys, aggregations.length, first.span) }),
    span,
  };
}

function sameKeys(a: readonly DType[], b: readonly DType[]): boolean {
  return (
    a.length === b.length &&
    a.every((type, index) => {
      const other = b[index];
      return other !== undefined && type.kind === other.kind && sizeOf(type) === sizeOf(other);
    })
  );
}

/** The aggregation that an action is for; `tag` is DTrace's infix for the action, as in D_TRUNC_AGGARG. */
function aggregationArgument(
  scope: Scope,
  name: string,
  node: ExpressionNode | undefined,
  tag: string,
  span: Span,
): Aggregation {
  const target = node === undefined ? undefined : aggregationTarget(node);
  if (target === undefined) reject(`D_${tag}_AGGARG`, `${name}() takes an aggregation`, node?.span ?? span);
  const { aggregation, keys } = target;
  if (keys.length > 0)
    reject(`D_${tag}_AGGARG`, `${name}() takes a whole aggregation, without keys`, node?.span ?? span);
  const known = scope.aggregations.get(aggregation.name);
  if (known === undefined)
    reject(
      `D_${tag}_AGGBAD`,
      `aggregation ${aggregationText(aggregation.name)} is not defined before this`,
      aggregation.span,
      `assign it first: ${aggregationText(aggregation.name)} = count();`,
    );
  return known;
}

function lowerTrace(scope: Scope, node: CallNode): Statement {
  takes("trace", node, "D_PROTO_LEN", 1, 1, "one value");
  const [argument] = node.arguments;
  if (argument === undefined) throw new TypeError("arguments were not counted");
  if (aggregationTarget(argument) !== undefined)
    reject("D_TRACE_DYN", "trace() cannot show an aggregation", argument.span, "use printa()");
  const value = scope.lower(argument);
  if (value.type.kind === "void") reject("D_TRACE_VOID", "trace() needs a value", argument.span);
  return { kind: "trace", value: value.ir, span: node.span };
}

function lowerExit(scope: Scope, node: CallNode): Statement {
  takes("exit", node, "D_PROTO_LEN", 1, 1, "an exit status");
  const [argument] = node.arguments;
  if (argument === undefined) throw new TypeError("arguments were not counted");
  const status = scope.lower(argument);
  if (status.type.kind !== "integer")
    reject("D_PROTO_ARG", `exit() takes an integer, not ${status.type.name}`, argument.span);
  return { kind: "exit", status: status.ir, span: node.span };
}

function lowerStack(scope: Scope, name: "stack" | "ustack", node: CallNode): Statement {
  takes(name, node, `D_${name.toUpperCase()}_PROTO`, 0, name === "stack" ? 1 : 2, "a number of frames");
  const { depth } = stackOf(scope, name, node);
  return { kind: "stack", space: name === "stack" ? "kernel" : "user", depth, span: node.span };
}

function stackOf(
  scope: Scope,
  name: "stack" | "ustack",
  { arguments: list, span }: CallNode,
): { depth: number } {
  const depth =
    list[0] === undefined
      ? (scope.options.program.stackFrames ?? defaultOptions.stackFrames)
      : constantValue(scope.lower(list[0]));
  if (typeof depth !== "number" || depth < 1 || depth > 1024)
    reject(
      name === "stack" ? "D_STACK_SIZE" : "D_USTACK_FRAMES",
      `${name}() takes a constant number of frames, 1 to 1024`,
      list[0]?.span ?? span,
    );
  return { depth };
}

function lowerTrunc(scope: Scope, node: CallNode): Statement {
  takes("trunc", node, "D_TRUNC_PROTO", 1, 2, "an aggregation and a count");
  const aggregation = aggregationArgument(scope, "trunc", node.arguments[0], "TRUNC", node.span).declaration
    .name;
  const countNode = node.arguments[1];
  if (countNode === undefined) return { kind: "trunc", aggregation, span: node.span };
  const count = scope.lower(countNode);
  if (!isScalar(count.type))
    reject("D_TRUNC_SCALAR", `trunc() takes a number, not ${count.type.name}`, countNode.span);
  return { kind: "trunc", aggregation, count: convert(count, longType), span: node.span };
}

function lowerNormalize(scope: Scope, node: CallNode): Statement {
  takes("normalize", node, "D_NORMALIZE_PROTO", 2, 2, "an aggregation and a factor");
  const [target, factorNode] = node.arguments;
  const aggregation = aggregationArgument(scope, "normalize", target, "NORMALIZE", node.span).declaration
    .name;
  if (factorNode === undefined) throw new TypeError("arguments were not counted");
  const factor = scope.lower(factorNode);
  if (!isScalar(factor.type))
    reject("D_NORMALIZE_SCALAR", `normalize() takes a number, not ${factor.type.name}`, factorNode.span);
  return {
    kind: "normalize",
    aggregation,
    factor: convert(factor, longType),
    span: node.span,
  };
}
