/** Unary, binary and ternary operators with C's conversions. */
import { type ArithmeticOperator, type Expression, type Span, type UnaryOperator } from "@trace/core";
import { reject } from "@trace/syntax";
import type {
  BinaryNode,
  CommaNode,
  ConditionalNode,
  ExpressionNode,
  InfixOperator,
  UnaryNode,
} from "../ast/expression.ts";
import {
  commonType,
  decayed,
  intType,
  irType,
  isArithmetic,
  isCharPointer,
  isNull,
  isScalar,
  longType,
  promoted,
  stringType,
  unsignedLongType,
  type DType,
  type Typed,
} from "../types/d-type.ts";
import { constant, constantValue, convert } from "../types/convert.ts";
import { stringOf } from "./calls.ts";
import { foldConstants } from "./fold-constants.ts";
import { isAction } from "./functions.ts";
import { stringConstant } from "./literals.ts";
import { addressOf, memoryPlace, movedPointer, readPlace, targetSize } from "./memory.ts";
import type { Scope } from "./scope.ts";

interface Operand {
  readonly type: DType;
  readonly span: Span;
}

/** Checks that `operator` can work on operands of these types, by DTrace's rules and with its tags. */
export function checkOperands(operator: ArithmeticOperator, left: Operand, right: Operand): void {
  const both = (test: (type: DType) => boolean, code: string, wanted: string): void => {
    const wrong = [left, right].find((operand) => !test(operand.type));
    if (wrong !== undefined)
      reject(code, `operator ${operator} needs ${wanted}, not ${wrong.type.name}`, wrong.span);
  };
  switch (operator) {
    case "%":
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
      return both((type) => type.kind === "integer", "D_OP_INT", "integers");
    case "*":
    case "/":
      return both(isArithmetic, "D_OP_ARITH", "numbers");
    case "+":
    case "-":
      return both(isArithmetic, "D_OP_INCOMPAT", "numbers");
  }
}

export function lowerUnary(scope: Scope, node: UnaryNode): Typed {
  const { operator, span } = node;
  if (operator === "*" || operator === "&") {
    const place = memoryPlace(scope, operator === "*" ? node : node.operand);
    if (place !== undefined) return operator === "*" ? readPlace(place, span) : addressOf(place, span);
    reject(
      operator === "&" ? "D_ADDROF_VAR" : "D_DEREF_NONPTR",
      "this has no address",
      span,
      "arrays, structs, and what pointers point to have addresses; other variables have none",
    );
  }
  const operand = decayed(scope.lower(node.operand));
  const { type } = operand;
  if (operator === "!") {
    if (!isScalar(type))
      reject("D_OP_SCALAR", `operator ! needs a number or a pointer, not ${type.name}`, span);
    const value = constantValue(operand);
    if (value !== undefined) return constant(value === 0 ? 1 : 0, intType, span);
    return { ir: { kind: "unary", operator, operand: operand.ir, type: intType.ir, span }, type: intType };
  }
  if (operator === "~" && type.kind !== "integer")
    reject("D_OP_INT", `operator ~ needs an integer, not ${type.name}`, span);
  if (!isArithmetic(type))
    reject("D_OP_ARITH", `operator ${operator} needs a number, not ${type.name}`, span);
  const result = type.kind === "integer" ? promoted(type) : type;
  const ir = convert(operand, result);
  if (operator === "+") return { ir, type: result };
  const value = constantValue({ ir, type: result });
  if (value !== undefined && result.kind === "integer")
    return constant(operator === "-" ? -BigInt(value) : ~BigInt(value), result, span);
  const sign: UnaryOperator = operator;
  return { ir: { kind: "unary", operator: sign, operand: ir, type: result.ir, span }, type: result };
}

export function lowerBinary(scope: Scope, node: BinaryNode): Typed {
  const { operator, span } = node;
  const left = decayed(scope.lower(node.left));
  const right = decayed(scope.lower(node.right));
  if (left.type.kind === "pointer" || right.type.kind === "pointer") {
    const pointer = pointerArithmetic(operator, left, right, span);
    if (pointer !== undefined) return pointer;
  }
  switch (operator) {
    case "&&":
    case "||":
    case "^^": {
      for (const [operand, at] of [
        [left, node.left.span],
        [right, node.right.span],
      ] as const)
        if (!isScalar(operand.type))
          reject(
            "D_OP_SCALAR",
            `operator ${operator} needs numbers or pointers, not ${operand.type.name}`,
            at,
            operand.type.kind === "string" ? 'compare it: != ""' : undefined,
          );
      return logical({ kind: "binary", operator, left: left.ir, right: right.ir, type: intType.ir, span });
    }
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const [a, b] = asStrings(
        { typed: left, span: node.left.span },
        { typed: right, span: node.right.span },
      );
      const type = comparedType(a.type, b.type);
      if (type === undefined)
        reject(
          "D_OP_INCOMPAT",
          `operator ${operator} cannot compare ${left.type.name} with ${right.type.name}`,
          span,
        );
      return logical({
        kind: "binary",
        operator,
        left: convert(a, type),
        right: convert(b, type),
        type: intType.ir,
        span,
      });
    }
    default:
      checkOperands(
        operator,
        { type: left.type, span: node.left.span },
        { type: right.type, span: node.right.span },
      );
      return arithmetic(operator, left, right, span);
  }
}

/** Adding to pointers, and their difference, in elements. Undefined for what is another operator's. */
function pointerArithmetic(
  operator: InfixOperator,
  left: Typed,
  right: Typed,
  span: Span,
): Typed | undefined {
  if (operator !== "+" && operator !== "-") return undefined;
  if (left.type.kind === "pointer" && right.type.kind === "integer")
    return movedPointer(operator, left, right, span);
  if (operator === "+" && left.type.kind === "integer" && right.type.kind === "pointer")
    return movedPointer(operator, right, left, span);
  if (operator !== "-" || left.type.kind !== "pointer" || right.type.kind !== "pointer") return undefined;
  const size = targetSize(left.type, span);
  if (size === 0 || size !== targetSize(right.type, span))
    reject("D_OP_INCOMPAT", `a ${right.type.name} cannot be subtracted from a ${left.type.name}`, span);
  const bytes = arithmetic(
    "-",
    { ir: convert(left, longType), type: longType },
    { ir: convert(right, longType), type: longType },
    span,
  );
  return size === 1 ? bytes : arithmetic("/", bytes, constant(size, longType, span), span);
}

function logical(ir: Expression): Typed {
  return { ir, type: intType };
}

interface Placed {
  readonly typed: Typed;
  readonly span: Span;
}

/** Beside a string, a `char *` is read as one; NULL is the empty one, as no string is missing here. */
function asStrings(left: Placed, right: Placed): readonly [Typed, Typed] {
  const strings = [left, right].some(({ typed }) => typed.type.kind === "string");
  const read = ({ typed, span }: Placed): Typed => {
    if (!strings) return typed;
    if (isNull(typed)) return stringConstant("", span);
    return isCharPointer(typed.type) ? stringOf(typed, span) : typed;
  };
  return [read(left), read(right)];
}

/** The type in which values are compared; undefined where they cannot be. */
function comparedType(left: DType, right: DType): DType | undefined {
  if (left.kind === "string" && right.kind === "string") return stringType;
  if (isArithmetic(left) && isArithmetic(right)) return commonType(left, right);
  return isScalar(left) && isScalar(right) ? unsignedLongType : undefined;
}

/** `left operator right`, by C's conversions; both are checked. */
export function arithmetic(operator: ArithmeticOperator, left: Typed, right: Typed, span: Span): Typed {
  if (!isArithmetic(left.type) || !isArithmetic(right.type)) throw new TypeError("operands were not checked");
  const shift = operator === "<<" || operator === ">>";
  const type =
    shift && left.type.kind === "integer" ? promoted(left.type) : commonType(left.type, right.type);
  const a: Typed = { ir: convert(left, type), type };
  const b: Typed = shift ? right : { ir: convert(right, type), type };
  const folded = foldConstants(operator, a, b, span);
  if (folded !== undefined) return folded;
  return { ir: { kind: "binary", operator, left: a.ir, right: b.ir, type: irType(type), span }, type };
}

export function lowerConditional(scope: Scope, node: ConditionalNode): Typed {
  const { span } = node;
  const condition = scope.lower(node.condition);
  if (!isScalar(condition.type))
    reject(
      "D_OP_SCALAR",
      `the condition of ? must be a number or a pointer, not ${condition.type.name}`,
      node.condition.span,
    );
  const consequence = operandOf(scope, "?", node.consequence);
  const alternative = operandOf(scope, "?", node.alternative);
  const type = branchType(consequence.type, alternative.type);
  if (type === undefined)
    reject(
      "D_OP_INCOMPAT",
      `? cannot choose between ${consequence.type.name} and ${alternative.type.name}`,
      span,
    );
  return {
    ir: {
      kind: "conditional",
      condition: condition.ir,
      // oxlint-disable-next-line unicorn/no-thenable -- the IR's name
      then: convert(consequence, type),
      otherwise: convert(alternative, type),
      type: irType(type),
      span,
    },
    type,
  };
}

function branchType(a: DType, b: DType): DType | undefined {
  if (a.kind === "string" && b.kind === "string") return stringType;
  if (isArithmetic(a) && isArithmetic(b)) return commonType(a, b);
  if (a.kind === "pointer" && isScalar(b)) return a;
  return b.kind === "pointer" && isScalar(a) ? b : undefined;
}

export function lowerComma(scope: Scope, { left: leftNode, right: rightNode, span }: CommaNode): Typed {
  const left = operandOf(scope, ",", leftNode);
  const right = operandOf(scope, ",", rightNode);
  const before = left.ir.kind === "sequence" ? left.ir.expressions : [left.ir];
  return {
    ir: { kind: "sequence", expressions: [...before, right.ir], type: irType(right.type), span },
    type: right.type,
  };
}

/** An operand of `operator`, which may not be an action. */
function operandOf(scope: Scope, operator: string, node: ExpressionNode): Typed {
  if (node.kind === "call" && node.callee.kind === "identifier" && isAction(node.callee.name))
    reject("D_OP_ACT", `operator ${operator} cannot hold the action ${node.callee.name}()`, node.span);
  return scope.lower(node);
}
