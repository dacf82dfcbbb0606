/** Calls of functions inside expressions, `stringof`, and the probe's arguments. */
import {
  argumentValueType,
  defaultOptions,
  int64,
  uint64,
  type ArgumentExpression,
  type CallExpression,
  type Expression,
  type FunctionName,
  type ProbeArgument,
  type Span,
} from "@trace/core";
import { didYouMean, reject } from "@trace/syntax";
import type { CallNode, ExpressionNode } from "../ast/expression.ts";
import {
  doubleType,
  decayed,
  fromIrType,
  integerType,
  irType,
  isCharPointer,
  isNull,
  isScalar,
  longType,
  pointerTo,
  stringType,
  unsignedLongType,
  type DType,
  type Typed,
} from "../types/d-type.ts";
import { constant, constantValue, convert } from "../types/convert.ts";
import {
  callableNames,
  dFunctions,
  destructiveActions,
  irFunction,
  isAction,
  isAggregatingFunction,
  unsupportedFunctions,
} from "./functions.ts";
import { argumentVariableType, builtinVariables } from "./builtin-variables.ts";
import { macroValue } from "./macros.ts";
import { stringPointer } from "./memory.ts";
import { notSupported, typeList, type Scope } from "./scope.ts";

/** The name of the function that `node` calls. */
export function calledName(scope: Scope, { callee }: CallNode): string {
  if (callee.kind === "identifier") return callee.name;
  if (callee.kind === "macro" && !callee.quoted) {
    const value = macroValue(scope, callee.name, callee.span);
    if (value.kind === "identifier") return value.text;
  }
  reject("D_FUNC_IDENT", "only a name can be called", callee.span);
}

export function lowerCall(scope: Scope, node: CallNode): Typed {
  const name = calledName(scope, node);
  const { span } = node;
  const own = lowerOwnCall(scope, name, node);
  if (own !== undefined) return own;
  const info = dFunctions.get(name);
  if (info === undefined) return notAFunction(scope, name, node);
  if (node.arguments.length < info.required || node.arguments.length > info.parameters.length)
    reject(
      "D_PROTO_LEN",
      `${name}() takes ${countText(info.required, info.parameters.length)} (${typeList(info.parameters)}), not ${node.arguments.length}`,
      span,
    );
  const list = node.arguments.map((argument, index) => {
    const typed = scope.lower(argument);
    const type = info.parameters[index] ?? typed.type;
    return passArgument(`argument ${index + 1} of ${name}()`, typed, type, argument.span);
  });
  return call(irFunction(name), list, info.result, span);
}

/** Calls that are not of one function of the IR. */
function lowerOwnCall(scope: Scope, name: string, { arguments: list, span }: CallNode): Typed | undefined {
  const [first, second] = list;
  if (first === undefined) return undefined;
  if (name === "strtok" && second !== undefined && list.length === 2) {
    if (!isNull(scope.lower(first))) return undefined;
    const separators = passArgument("argument 2 of strtok()", scope.lower(second), stringType, second.span);
    return call("strtok_next", [separators], stringType, span);
  }
  if (name === "alloca" && list.length === 1) checkScratch(scope, first);
  if ((name === "getmajor" || name === "getminor") && list.length === 1)
    return deviceNumber(name, scope.lower(first), first.span, span);
  return undefined;
}

/** Refuses a constant that no clause has the scratch memory for. */
function checkScratch(scope: Scope, node: ExpressionNode): void {
  const most = scope.options.program.scratchSize ?? defaultOptions.scratchSize;
  const size = constantValue(scope.lower(node));
  if (size !== undefined && BigInt.asUintN(64, BigInt(size)) > BigInt(most))
    reject(
      "D_ALLOCA_SIZE",
      `alloca(${size}) is more than the scratch memory of ${most} bytes`,
      node.span,
      "write #pragma D option scratchsize=SIZE",
    );
}

/** The parts of a device number: 12 bits of its major number, 20 of its minor one (linux/kdev_t.h). */
function deviceNumber(name: "getmajor" | "getminor", device: Typed, at: Span, span: Span): Typed {
  const type = integerType("unsigned int");
  const ir = passArgument(`argument 1 of ${name}()`, device, type, at);
  const [operator, by] = name === "getmajor" ? ([">>", 20] as const) : (["&", 0xfffff] as const);
  const right = constant(by, type, span).ir;
  return { ir: { kind: "binary", operator, left: ir, right, type: type.ir, span }, type };
}

/** Refuses a call of what is no function that gives a value. */
export function notAFunction(scope: Scope, name: string, { callee, span }: CallNode): never {
  if (isAction(name)) reject("D_CG_EXPR", `${name}() is an action: it stands alone as a statement`, span);
  if (isAggregatingFunction(name))
    reject("D_CG_EXPR", `${name}() is for aggregations`, span, `write @name[keys] = ${name}(...);`);
  if (destructiveActions.has(name) && !scope.options.destructive)
    reject(
      "D_DESTRUCTIVE",
      "Destructive actions not allowed",
      span,
      `${name}() changes the machine; trace only watches`,
    );
  if (unsupportedFunctions.has(name)) notSupported(`${name}() is`, span);
  if (scope.variable("global", name) !== undefined || builtinVariables.has(name))
    reject("D_FUNC_IDKIND", `'${name}' is a variable and cannot be called`, callee.span);
  reject("D_FUNC_UNDEF", `unknown function ${name}()`, callee.span, didYouMean(name, callableNames));
}

function passArgument(what: string, given: Typed, type: DType, span: Span): Expression {
  const typed = decayed(given);
  if (type.kind === "pointer" && typed.type.kind === "string") return stringPointer(typed, span).ir;
  if (type.kind === "string" && isCharPointer(typed.type)) return stringOf(typed, span).ir;
  const fits = type.kind === "string" ? typed.type.kind === "string" : isScalar(typed.type);
  if (!fits)
    reject(
      "D_PROTO_ARG",
      `${what} is a ${type.name}, not ${typed.type.name}`,
      span,
      type.kind === "string" ? "read a string with copyinstr() or stringof()" : undefined,
    );
  // An address is taken as it is: the engine knows `copyinstr(argument)` by its form.
  const address = type.kind === "integer" && type.ir.bits === 64 && typed.ir.kind === "argument";
  return type.kind === "string" || address ? typed.ir : convert(typed, type);
}

function countText(least: number, most: number): string {
  if (least !== most) return `${least} to ${most} arguments`;
  return least === 1 ? "1 argument" : `${least} arguments`;
}

/** A call of an IR function, converted to what D says it returns. */
function call(name: FunctionName, list: readonly Expression[], type: DType, span: Span): Typed {
  const result = FUNCTION_RESULT[name] ?? (type.kind === "void" ? uint64 : irType(type));
  const ir: CallExpression = { kind: "call", function: name, arguments: list, type: result, span };
  return { ir: type.kind === "void" ? ir : convert({ ir, type: fromIrType(result) }, type), type };
}

/** Where the IR's result is of another type than D's. */
const FUNCTION_RESULT: Partial<Record<FunctionName, CallExpression["type"]>> = {
  strlen: irType(longType),
};

/** `stringof(x)`: strings stay, addresses are read as `copyinstr` does. */
export function stringOf(given: Typed, span: Span): Typed {
  if (given.type.kind === "string") return given;
  const typed = decayed(given);
  // An array need not end with a NUL.
  if (given.type.kind === "array" && isCharPointer(typed.type)) {
    const length = constant(given.type.length, unsignedLongType, span).ir;
    return call("copyinstr", [typed.ir, length], stringType, span);
  }
  if (!isScalar(typed.type))
    reject("D_STRINGOF_TYPE", `stringof cannot make a string of ${typed.type.name}`, span);
  return call(
    "copyinstr",
    [passArgument("the operand of stringof", typed, unsignedLongType, span)],
    stringType,
    span,
  );
}

/** The probe's argument `index`, raw. */
export function argument(index: number, span: Span): Typed & { readonly ir: ArgumentExpression } {
  return { ir: { kind: "argument", index, type: int64, span }, type: argumentVariableType };
}

/** `args[index]`, typed as the probes of the clause declare it; a 64-bit integer where they do not agree or are unknown. */
export function typedArgument(scope: Scope, keys: readonly ExpressionNode[], span: Span): Typed {
  const [key] = keys;
  const index = key === undefined || keys.length > 1 ? undefined : constantValue(scope.lower(key));
  if (typeof index !== "number" || index < 0)
    reject("D_ARGS_TYPE", "args[] needs one constant index", span, "write args[0]");
  const { probes } = scope;
  const most = Math.max(...probes.map((probe) => probe.arguments.length));
  if (probes.length > 0 && index >= most)
    reject(
      "D_ARGS_IDX",
      `args[${index}] does not exist: the probe has ${most === 1 ? "1 argument" : `${most} arguments`}`,
      span,
    );
  const raw = argument(index, span);
  const type = agreedType(probes.map((probe) => probe.arguments[index]));
  switch (type) {
    case undefined:
      return raw;
    case "string":
    case "json":
      return call("copyinstr", [raw.ir], stringType, span);
    case "double":
      return call("bits_to_double", [convert(raw, unsignedLongType)], doubleType, span);
    case "pointer": {
      const address = pointerTo("void");
      return { ir: convert(raw, address), type: address };
    }
    default: {
      const declared = fromIrType(argumentValueType(type));
      return { ir: convert(raw, declared), type: declared };
    }
  }
}

function agreedType(declared: readonly (ProbeArgument | undefined)[]): ProbeArgument["type"] | undefined {
  const [first] = declared;
  return declared.every((one) => one?.type === first?.type) ? first?.type : undefined;
}
