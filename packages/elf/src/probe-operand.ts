/** Where an argument's value is while the probe fires. */
export type OperandPlace =
  | { readonly kind: "register"; readonly register: string }
  | { readonly kind: "constant"; readonly value: bigint }
  | {
      readonly kind: "memory";
      /** Absent where the address is that of `symbol`, or absolute. */
      readonly base?: string;
      readonly index?: string;
      readonly scale: 1 | 2 | 4 | 8;
      readonly displacement: bigint;
      readonly symbol?: string;
    }
  /** A form that is not known; `text` still says it. */
  | { readonly kind: "other" };

/** An argument of a probe, as its note describes it. */
export interface ProbeOperand {
  /** Bytes; undefined where an old note does not say. */
  readonly size: 1 | 2 | 4 | 8 | undefined;
  readonly type: "signed" | "unsigned" | "float";
  /** In the assembler's spelling: `%edi`, `-24(%rbp)`, `[sp, 8]`. */
  readonly text: string;
  readonly place: OperandPlace;
}

/**
 * The operands of a note's argument string, which `sys/sdt.h` has the compiler write: `N@OP`, N being the size in
 * bytes, negative for a signed integer, followed by `f` for a floating-point number.
 */
export function parseOperands(argumentText: string): readonly ProbeOperand[] {
  return splitOperands(argumentText).map(parseOperand);
}

/** Splits at blanks outside of brackets: `4@[sp, 8]` is one operand. */
function splitOperands(text: string): readonly string[] {
  const operands: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth = Math.max(0, depth - 1);
    else if (character === undefined || (character === " " && depth === 0)) {
      if (at > start) operands.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return operands;
}

function parseOperand(operand: string): ProbeOperand {
  const match = /^(-?)([1248])(f?)@(.*)$/s.exec(operand);
  if (match === null) return { size: undefined, type: "signed", text: operand, place: parsePlace(operand) };
  const [, minus, size, float, text = ""] = match;
  const type = float === "f" ? "float" : minus === "-" ? "signed" : "unsigned";
  return { size: Number(size) as 1 | 2 | 4 | 8, type, text, place: parsePlace(text) };
}

function parsePlace(text: string): OperandPlace {
  return parseX86Place(text) ?? parseAarch64Place(text) ?? { kind: "other" };
}

const INTEGER = String.raw`[-+]?(?:0x[0-9a-fA-F]{1,16}|\d{1,20})`;
const X86_CONSTANT = new RegExp(String.raw`^\$(${INTEGER})$`);
const X86_REGISTER = /^%([a-z][a-z0-9]{1,5})$/;
const X86_MEMORY = new RegExp(
  String.raw`^([A-Za-z_.$][\w.$@]*)?(${INTEGER})?\((?:%([a-z][a-z0-9]{1,5}))?(?:,%([a-z][a-z0-9]{1,5})(?:,([1248]))?)?\)$`,
);

function parseX86Place(text: string): OperandPlace | undefined {
  const constant = X86_CONSTANT.exec(text)?.[1];
  if (constant !== undefined) return { kind: "constant", value: parseInteger(constant) };
  const register = X86_REGISTER.exec(text)?.[1];
  if (register !== undefined) return { kind: "register", register };
  const memory = X86_MEMORY.exec(text);
  if (memory === null) return undefined;
  const [, symbol, displacement = "0", base, index, scale = "1"] = memory;
  return {
    kind: "memory",
    ...(symbol !== undefined && { symbol }),
    ...(base !== undefined && { base }),
    ...(index !== undefined && { index }),
    scale: Number(scale) as 1 | 2 | 4 | 8,
    displacement: parseInteger(displacement),
  };
}

const AARCH64_REGISTER = /^([xw](?:[12]?\d|30|31)|sp|[bhsdqv](?:[12]?\d|30|31))$/;
const AARCH64_CONSTANT = new RegExp(`^(${INTEGER})$`);
const AARCH64_MEMORY = new RegExp(String.raw`^\[\s*(x(?:[12]?\d|30|31)|sp)\s*(?:,\s*#?(${INTEGER})\s*)?\]$`);

function parseAarch64Place(text: string): OperandPlace | undefined {
  const constant = AARCH64_CONSTANT.exec(text)?.[1];
  if (constant !== undefined) return { kind: "constant", value: parseInteger(constant) };
  const register = AARCH64_REGISTER.exec(text)?.[1];
  if (register !== undefined) return { kind: "register", register };
  const memory = AARCH64_MEMORY.exec(text);
  if (memory === null) return undefined;
  const [, base, displacement = "0"] = memory;
  return {
    kind: "memory",
    ...(base !== undefined && { base }),
    scale: 1,
    displacement: parseInteger(displacement),
  };
}

/** Also of a hexadecimal number with a sign, which BigInt refuses. */
function parseInteger(text: string): bigint {
  const magnitude = BigInt(text.replace(/^[-+]/, ""));
  return text.startsWith("-") ? -magnitude : magnitude;
}
