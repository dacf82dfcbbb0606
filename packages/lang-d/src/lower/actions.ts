/** Actions: the calls that stand alone as statements (dtrace(1), "Actions"). */
import { int32, int64, string, uint64, type Expression, type Span, type Statement } from "@trace/core";
import { reject, rejectAgain } from "@trace/syntax";
import type { CallNode, ExpressionNode } from "../ast/expression.ts";
import { checkFormat } from "../format/check-format.ts";
import {
  decayed,
  fromIrType,
  intType,
  isCharPointer,
  isInMemory,
  isScalar,
  longType,
  sizeOf,
  unsignedLongType,
  type Typed,
} from "../types/d-type.ts";
import { constant, constantValue, convert } from "../types/convert.ts";
import { aggregationTarget, aggregationText, undefinedAggregation } from "./aggregations.ts";
import { stringOf } from "./calls.ts";
import { stringPointer } from "./memory.ts";
import type { ActionName } from "./functions.ts";
import type { Aggregation, Scope } from "./scope.ts";

const DEEPEST_STACK = 1024;

/** Bytes that tracemem() shows at most. */
const MOST_TRACED = 65_536;

export function lowerAction(scope: Scope, name: ActionName, node: CallNode): Statement {
  switch (name) {
    case "printf":
      return lowerPrintf(scope, node);
    case "printa":
      return lowerPrinta(scope, node);
    case "trace":
      return lowerTrace(scope, node);
    case "commit":
    case "discard":
    case "speculate":
      return lowerSpeculative(scope, name, node);
    case "tracemem":
      return lowerTracemem(scope, node);
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
  const { arguments: list, span } = node;
  const [formatNode, ...rest] = list;
  if (formatNode === undefined)
    reject("D_PROTO_LEN", "printf() needs a format", span, 'write printf("text", values)');
  const text = formatText(scope, formatNode);
  if (text === undefined)
    reject(
      "D_PRINTF_ARG_FMT",
      "the format of printf() must be a string constant",
      formatNode.span,
      'write printf("%s", ...)',
    );
  const values = rest.map((argument) => {
    const value = scope.lower(argument);
    const isText = value.type.kind === "array" && isCharPointer(decayed(value).type);
    return { ...(isText ? stringOf(value, argument.span) : decayed(value)), span: argument.span };
  });
  const { format, used } = checkFormat(text, values, undefined, formatNode.span);
  const extra = values[used];
  if (extra !== undefined)
    reject(
      "D_PRINTF_ARG_EXTRA",
      `the format takes ${used === 1 ? "1 argument" : `${used} arguments`}, not ${values.length}`,
      extra.span,
    );
  return { kind: "printf", format, arguments: values.map(({ ir }) => ir), span };
}

/** The text of a format; undefined if `node` is no string constant. */
function formatText(scope: Scope, node: ExpressionNode): string | undefined {
  const { ir } = scope.lower(node);
  return ir.kind === "string" ? ir.value : undefined;
}

function lowerPrinta(scope: Scope, node: CallNode): Statement {
  const { arguments: list, span } = node;
  const [first] = list;
  if (first === undefined)
    reject("D_PROTO_LEN", "printa() needs an aggregation", span, "write printa(@name)");
  const text = aggregationTarget(first) === undefined ? formatText(scope, first) : undefined;
  const nodes = text === undefined ? list : list.slice(1);
  if (nodes.length === 0)
    reject(
      "D_PRINTA_PROTO",
      "printa() needs an aggregation after its format",
      span,
      "write printa(format, @name)",
    );
  const aggregations = nodes.map((one) => aggregationArgument(scope, "printa", one, "PRINTA", one.span));
  checkSameKeys(
    aggregations,
    nodes.map((one) => one.span),
  );
  const names = aggregations.map(({ declaration }) => declaration.name);
  const [lead] = aggregations;
  if (text === undefined || lead === undefined) return { kind: "printa", aggregations: names, span };
  const shown = fromIrType(lead.declaration.function.name === "count" ? uint64 : int64);
  const keys = lead.keys.map((type) => ({ type, span: first.span }));
  const { format } = checkFormat(text, keys, shown, first.span);
  return { kind: "printa", aggregations: names, format, span };
}

/** printa joins aggregations by their keys: these must be alike. */
function checkSameKeys(aggregations: readonly Aggregation[], spans: readonly Span[]): void {
  const [lead, ...others] = aggregations;
  if (lead === undefined) return;
  for (const [index, other] of others.entries()) {
    const names = [other, lead].map(({ declaration }) => aggregationText(declaration.name));
    const span = spans[index + 1] ?? lead.declaration.span ?? { start: 0, end: 0 };
    if (other.keys.length !== lead.keys.length)
      reject(
        "D_PRINTA_AGGKEY",
        `${names[0]} has ${other.keys.length} keys and ${names[1]} has ${lead.keys.length}`,
        span,
        "printa() joins aggregations by their keys",
      );
    const place = lead.keys.findIndex(
      (type, at) => (type.kind === "string") !== (other.keys[at]?.kind === "string"),
    );
    if (place >= 0)
      reject(
        "D_PRINTA_AGGPROTO",
        `key ${place + 1} of ${names[0]} is ${other.keys[place]?.name}, of ${names[1]} ${lead.keys[place]?.name}`,
        span,
        "printa() joins aggregations by their keys",
      );
  }
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
  if (known !== undefined) return known;
  if (scope.broken.has(aggregationText(aggregation.name))) rejectAgain();
  undefinedAggregation(aggregation);
}

function lowerTrace(scope: Scope, node: CallNode): Statement {
  takes("trace", node, "D_PROTO_LEN", 1, 1, "one value");
  const [argument] = node.arguments;
  if (argument === undefined) throw new TypeError("arguments were not counted");
  if (aggregationTarget(argument) !== undefined)
    reject("D_TRACE_DYN", "trace() cannot show an aggregation", argument.span, "use printa()");
  const value = scope.lower(argument);
  if (isInMemory(value.type)) {
    const size = constant(sizeOf(value.type), unsignedLongType, argument.span).ir;
    return traceBytes(value.ir, size, "bytes", node.span);
  }
  if (value.type.kind === "void") reject("D_TRACE_VOID", "trace() needs a value", argument.span);
  return { kind: "trace", value: value.ir, span: node.span };
}

/** Output of `size` bytes at `address`. */
function traceBytes(address: Expression, size: Expression, layout: "bytes" | "dump", span: Span): Statement {
  const value: Expression = {
    kind: "call",
    function: "bytes",
    arguments: [address, size],
    type: string,
    span,
  };
  return { kind: "trace", value, layout, span };
}

function lowerTracemem(scope: Scope, node: CallNode): Statement {
  takes("tracemem", node, "D_TRACEMEM_PROTO", 2, 3, "an address, a size, and a limit");
  const [addressNode, sizeNode, limitNode] = node.arguments;
  if (addressNode === undefined || sizeNode === undefined) throw new TypeError("arguments were not counted");
  if (aggregationTarget(addressNode) !== undefined)
    reject("D_TRACEMEM_ADDR", "tracemem() cannot show an aggregation", addressNode.span, "use printa()");
  const given = decayed(scope.lower(addressNode));
  const address = given.type.kind === "string" ? stringPointer(given, addressNode.span) : given;
  if (!isScalar(address.type))
    reject("D_TRACEMEM_ADDR", `tracemem() takes an address, not a ${address.type.name}`, addressNode.span);
  const size = constantValue(scope.lower(sizeNode));
  if (typeof size !== "number" || size < 1 || size > MOST_TRACED)
    reject("D_TRACEMEM_SIZE", `the size must be a constant, 1 to ${MOST_TRACED}`, sizeNode.span);
  const most = constant(size, unsignedLongType, sizeNode.span);
  if (limitNode === undefined)
    return traceBytes(convert(address, unsignedLongType), most.ir, "dump", node.span);
  const limit = scope.lower(limitNode);
  if (limit.type.kind !== "integer")
    reject("D_TRACEMEM_DYNSIZE", `the limit is an integer, not ${limit.type.name}`, limitNode.span);
  return traceBytes(
    convert(address, unsignedLongType),
    smaller(limit, most, limitNode.span),
    "dump",
    node.span,
  );
}

/** The lesser of two sizes, of which a negative one is large. */
function smaller(limit: Typed, most: Typed, span: Span): Expression {
  const size = convert(limit, unsignedLongType);
  const test: Expression = { kind: "binary", operator: "<", left: size, right: most.ir, type: int32, span };
  // oxlint-disable-next-line unicorn/no-thenable -- the IR's name
  return { kind: "conditional", condition: test, then: size, otherwise: most.ir, type: uint64, span };
}

function lowerSpeculative(scope: Scope, name: "commit" | "discard" | "speculate", node: CallNode): Statement {
  takes(name, node, "D_PROTO_LEN", 1, 1, "the number of a speculation");
  const [argument] = node.arguments;
  if (argument === undefined) throw new TypeError("arguments were not counted");
  const id = scope.lower(argument);
  if (id.type.kind !== "integer")
    reject("D_PROTO_ARG", `${name}() takes an integer, not ${id.type.name}`, argument.span);
  const { span } = node;
  return {
    kind: "expression",
    expression: { kind: "call", function: name, arguments: [convert(id, intType)], type: int32, span },
    span,
  };
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
  const depth = stackDepth(scope, name, node);
  return { kind: "stack", space: name === "stack" ? "kernel" : "user", depth, span: node.span };
}

/** How many frames a stack has: the constant given, or the option's. */
function stackDepth(scope: Scope, name: "stack" | "ustack", { arguments: [frames], span }: CallNode): number {
  if (frames === undefined) return scope.options.frames[name];
  const depth = constantValue(scope.lower(frames));
  if (typeof depth !== "number" || depth < 1 || depth > DEEPEST_STACK)
    reject(
      name === "stack" ? "D_STACK_SIZE" : "D_USTACK_FRAMES",
      `${name}() takes a constant number of frames, 1 to ${DEEPEST_STACK}`,
      frames.span ?? span,
    );
  return depth;
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
