/**
 * What DTrace says for the mistakes that this package finds, for those who read its messages: scripts that test scripts,
 * and users of `trace dtrace`. DTrace's words have another shape than ours, and know less of the place: they are made
 * of the code, of the source, and of the names and types that our message has.
 */
import type { Diagnostic, Span } from "@trace/core";
import { parseSyntaxTree } from "./d-language.ts";
import { enclosingCall, type EnclosingCall } from "./enclosing-call.ts";

/** A mistake in DTrace's words. */
export interface DtraceMessage {
  /** DTrace's error tag; undefined where it has none. */
  readonly tag: string | undefined;
  /** It may have several lines. */
  readonly message: string;
  /** Where DTrace tells another place than the finding has. */
  readonly span?: Span;
}

/** What the words are made of. */
interface Facts {
  readonly code: string;
  /** Our message. */
  readonly message: string;
  /** The source at the finding's place. */
  readonly at: string;
  readonly text: string;
  readonly span: Span;
  readonly call: EnclosingCall | undefined;
  /** The type that our message says was found. */
  readonly found: string;
  /** The first and second part of our message that `pattern` marks; empty where it does not match. */
  part(pattern: RegExp): readonly [string, string];
}

/** The words, or undefined where these are not the facts that DTrace's words need. */
type Words = (facts: Facts) => string | Partial<DtraceMessage> | undefined;

/** `diagnostic`, found in `text`, as DTrace says it; in our own words where DTrace has none or they are not known. */
export function dtraceMessage(diagnostic: Diagnostic, text: string): DtraceMessage {
  const { code, message, span = { start: 0, end: 0 } } = diagnostic;
  const own = { tag: code.startsWith("D_") ? code : undefined, message };
  const words = Object.hasOwn(wordsOf, code) ? wordsOf[code] : undefined;
  if (words === undefined) return own;
  const { tree } = parseSyntaxTree({ name: "", text });
  const said = words({
    code,
    message,
    at: text.slice(span.start, span.end),
    text,
    span,
    call: enclosingCall(tree, span),
    found: /,? not (?:a |an )?(.+)$/.exec(message)?.[1] ?? "",
    part: (pattern) => {
      const [, first = "", second = ""] = pattern.exec(message) ?? [];
      return [first, second];
    },
  });
  return { ...own, ...(typeof said === "string" ? { message: said } : said) };
}

/** How many arguments calls take whose message does not tell: least, most. */
const ARITY: Readonly<Record<string, readonly [number, number]>> = {
  avg: [1, 1],
  clear: [1, 1],
  count: [0, 0],
  denormalize: [1, 1],
  exit: [1, 1],
  llquantize: [5, 6],
  lquantize: [3, 5],
  max: [1, 1],
  min: [1, 1],
  normalize: [2, 2],
  printa: [1, Infinity],
  printf: [1, Infinity],
  quantize: [1, 2],
  stack: [0, 1],
  stddev: [1, 1],
  sum: [1, 1],
  trace: [1, 1],
  trunc: [1, 2],
  ustack: [0, 2],
};

/** `foo( ) prototype mismatch: 1 arg passed, 2 expected`. */
function wrongCount({ call, message, part }: Facts): string | Partial<DtraceMessage> | undefined {
  const [keyed, keys] = part(/^(\S+)\[\] has (\d+) key/);
  if (keyed !== "") {
    const given = /, not (\d+)/.exec(message)?.[1] ?? "0";
    return `${keyed}[ ] prototype mismatch: ${count(Number(given), "key")} passed, ${keys} expected`;
  }
  if (call === undefined) return undefined;
  const { name } = call;
  const [least, most] = ARITY[name] ?? told(message) ?? [0, 0];
  const passed = count(call.arguments.length, "arg");
  const expected =
    least === most ? String(least) : call.arguments.length < least ? `at least ${least}` : `at most ${most}`;
  return {
    tag: "D_PROTO_LEN",
    message: `${name}( ) prototype mismatch: ${passed} passed, ${expected} expected`,
  };
}

/** The numbers in our `takes 2 to 3 arguments`. */
function told(message: string): readonly [number, number] | undefined {
  const [, least, most] = /takes (\d+)(?: to (\d+))? argument/.exec(message) ?? [];
  return least === undefined ? undefined : [Number(least), Number(most ?? least)];
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Types of parameters that DTrace declares by another name than ours. */
const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  long: "int64_t",
  "long long": "int64_t",
  string: "char *",
  "unsigned long": "uintptr_t",
  "unsigned short": "uint16_t",
  "unsigned int": "uint32_t",
};

/** `foo( ) argument #1 is incompatible with prototype:` and the two types. */
function wrongArgument(prototype: string): Words {
  return ({ call, found, at }) =>
    call === undefined
      ? undefined
      : {
          tag:
            prototype === "aggregation"
              ? `D_${call.name.toUpperCase().replace("DENORM", "NORM")}_AGGARG`
              : "D_PROTO_ARG",
          message: `${call.name}( ) argument #${call.position} is incompatible with prototype:\n\tprototype: ${prototype}\n\t argument: ${found === "" ? literalType(at) : found}`,
        };
}

function literalType(text: string): string {
  return text.startsWith('"') ? "string" : "int";
}

function mistypedArgument(facts: Facts): ReturnType<Words> {
  const { message, found, call } = facts;
  const [, place, keyed, expected] = /^key (\d+) of (\S+)\[\] is of type (.+), not /.exec(message) ?? [];
  if (place !== undefined)
    return `${keyed}[ ] key #${place} is incompatible with prototype:\n\tprototype: ${expected}\n\t      key: ${found}`;
  if (message.startsWith("the weight of"))
    return `${call?.name}( ) increment value (argument #${call?.position}) must be of scalar type`;
  if (call?.name === "exit") return wrongArgument("int")(facts);
  const [wanted] = facts.part(/ is an? (.+), not /);
  return wanted === "" ? undefined : wrongArgument(PARAMETER_TYPES[wanted] ?? wanted)(facts);
}

/** What conversions take, as DTrace lists it. */
const CONVERTED: readonly (readonly [letters: RegExp, prototype: string])[] = [
  [/^%[^a-zA-Z]*h[dioxXu]/, "short"],
  [/^%[^a-zA-Z]*ll[dioxXu]/, "long long"],
  [/^%[^a-zA-Z]*l[dioxXu]/, "long"],
  [/[dioxXu]$/, "char, short, int, long, or long long"],
  [/[sS]$/, "char [] or string (or use stringof)"],
  [/c$/, "char, short, or int"],
  [/[paAk]$/, "pointer or integer"],
  [/[eEfgG]$/, "float, double, or long double"],
];

function wrongConversion({ call, found, part }: Facts): string | undefined {
  const [place, conversion] = part(/^conversion (\d+) \((%.*?)\)/);
  const prototype = CONVERTED.find(([letters]) => letters.test(conversion))?.[1];
  if (call === undefined || prototype === undefined) return undefined;
  return `${call.name}( ) argument #${call.position} is incompatible with conversion #${place} prototype:\n\tconversion: ${conversion}\n\t prototype: ${prototype}\n\t  argument: ${found}`;
}

function wrongDynamic({ call, found, part }: Facts): string | undefined {
  const [place, conversion] = part(/conversion (\d+) \((%.*?)\)/);
  if (call === undefined) return undefined;
  return `${call.name}( ) argument #${call.position} is incompatible with conversion #${place} prototype:\n\tconversion: % * ${conversion.slice(-1)}\n\t prototype: int\n\t  argument: ${found}`;
}

function missingValue({ call, part }: Facts): string | undefined {
  const [place, conversion] = part(/^conversion (\d+) \((%.*?)\)/);
  return `${call?.name ?? "printf"}( ) prototype mismatch: conversion #${place} (${conversion.replace("*", "")}) is missing a corresponding value argument`;
}

/** What DTrace shows of where it gave up: its scanner has read to the end of a word, or of the line's rest. */
function syntax({ message, text, at, span }: Facts): string | Partial<DtraceMessage> | undefined {
  if (message.startsWith("D has no floating-point")) return "floating-point constants are not permitted";
  if (message === "comment is not closed")
    return { message: "end-of-file encountered before matching */", span: endOf(text) };
  const [conversion] = /^'(%.*)' is no conversion/.exec(message)?.slice(1) ?? [];
  if (conversion?.endsWith("$") === true)
    return "format conversion #1 uses unsupported positional format (%n$)";
  if (conversion !== undefined) return `format conversion #1 is undefined: ${conversion}`;
  if (message.startsWith("conversion '%' is not finished"))
    return "format conversion #1 name expected before end of format string";
  if (message.startsWith("expected a predicate or actions after the probe description") && at === "")
    return { message: "expected predicate and/or actions following probe description", span: lastWord(text) };
  if (!message.startsWith("expected") && !message.startsWith("D has no")) return undefined;
  if (at === "") return { message: "syntax error near end of input", span: endOf(text) };
  if (at === ")") return "extra ) in input stream";
  return `syntax error near "${at}${/^[a-zA-Z_]\w*$/.test(at) && !KEYWORDS.has(at) ? restOfLine(text, span.end) : ""}"`;
}

/** Words after which DTrace's scanner has not looked ahead. */
const KEYWORDS: ReadonlySet<string> = new Set(
  "auto break case char const continue default do else enum extern float for goto if inline int long provider register return self short signed sizeof static string stringof struct switch this translator typedef union unsigned void volatile while xlate".split(
    " ",
  ),
);

function restOfLine(text: string, from: number): string {
  return /^.*/.exec(text.slice(from))?.[0] ?? "";
}

function endOf(text: string): Span {
  return { start: text.length, end: text.length };
}

/** The last character that is no blank. */
function lastWord(text: string): Span {
  const end = text.trimEnd().length;
  return { start: Math.max(end - 1, 0), end };
}

const OPERATION: Words = ({ message, part }) => {
  const [from, to] = part(/^operator (?:\S+) cannot compare (.+) with (.+)$/);
  if (from !== "") return `operands have incompatible types: "${from}" ${part(/^operator (\S+)/)[0]} "${to}"`;
  const [value, target] = part(/^an? (.+) cannot be assigned to a variable of type (.+)$/);
  if (value !== "") return `operands have incompatible types: "${target}" = "${value}"`;
  const [, name, type, given] = /^inline (\S+) is (.+), its value (.+)$/.exec(message) ?? [];
  if (name !== undefined) return `inline ${name} definition uses incompatible types: "${type}" = "${given}"`;
  const [one, other] = part(/^\? cannot choose between (.+) and (.+)$/);
  if (one !== "") return `operator ?: operands must have compatible types: "${one}" : "${other}"`;
  return undefined;
};

/** `operator ~ requires an operand of integral type`, of one operand or of two. */
function operands(kind: string): Words {
  return ({ part }) => {
    const [operator, needs] = part(/^operator (\S+) needs? (an? )?/);
    if (operator === "++" || operator === "--")
      return `operator ${operator} requires operand of ${kind} type`;
    if (operator === "") return undefined;
    return `operator ${operator} requires ${needs === "" ? "operands" : "an operand"} of ${kind} type`;
  };
}

const constantArgument =
  (text: string): Words =>
  ({ call }) =>
    `${call?.name ?? ""}( ) ${text}`;

/** A parameter that is no constant, or of another type, or one of too few. */
const lacking =
  (text: string): Words =>
  (facts) => {
    const { call, at } = facts;
    if (call === undefined) return undefined;
    const [least] = ARITY[call.name] ?? [0];
    if (call.arguments.length < least) return wrongCount(facts);
    return at.startsWith('"') ? wrongArgument("int32_t")(facts) : `${call.name}( ) ${text}`;
  };

const otherElsewhere =
  (what: string): Words =>
  ({ part }) => {
    const [expected, found] = part(/elsewhere: (-?\d+), not (-?\d+)$/);
    return `${what} doesn't match previous declaration: expected ${expected}, found ${found}`;
  };

const depthOfStack: Words = (facts) =>
  facts.at.startsWith('"')
    ? wrongArgument("uint32_t")(facts)
    : `${facts.call?.name ?? ""}( ) argument #1 must be a non-zero positive integer constant`;

const wordsOf: Readonly<Record<string, Words>> = {
  D_AGG_FUNC: ({ part }) => {
    const [name] = part(/^(@\S*) must be assigned/);
    return name === "" ? undefined : `${name} must be assigned the result of an aggregating function`;
  },
  D_AGG_REDEF: ({ text, part }) => {
    const [name, previous] = part(/^(@\S*) is (\w+)\(\) elsewhere/);
    const [current] = part(/cannot be (\w+)\(\) too/);
    const first = text.search(new RegExp(`${name}\\b[^=;]*=\\s*${previous}\\b`));
    const line = text.slice(0, Math.max(first, 0)).split("\n").length;
    return `aggregation redefined: ${name}\n\t current: ${name} = ${current}( )\n\tprevious: ${name} = ${previous}( ) : line ${line}`;
  },
  D_AGG_SCALAR: (facts) =>
    facts.message.endsWith("needs a value")
      ? wrongCount(facts)
      : `${facts.call?.name ?? ""}( ) argument #1 must be of scalar type`,
  D_ARR_BADREF: ({ part }) => `cannot access scalar ${part(/^variable (\S+)/)[0]} as an associative array`,
  D_ARR_LOCAL: ({ at }) => `local variables may not be used as associative arrays: ${localName(at)}`,
  D_CAST_INVAL: ({ part }) => {
    const [from, to] = part(/^an? (.+) cannot be cast to (.+)$/);
    return `invalid cast expression: "${from}" to "${to}"`;
  },
  D_CHR_NL: ({ span }) => ({
    message: "newline encountered in character constant",
    span: { start: span.end + 1, end: span.end + 1 },
  }),
  D_CHR_NULL: () => "empty character constant",
  D_CHR_OFLOW: () => "character constant is too long",
  D_CLEAR_AGGARG: wrongArgument("aggregation"),
  D_CLEAR_PROTO: wrongCount,
  D_DECL_BADCLASS: () => "specified storage class not appropriate in D",
  D_DECL_CHARATTR: () => "invalid type declaration: short and long may not be used with char type",
  D_DECL_CLASS: () => "only one storage class allowed in a declaration",
  D_DECL_ENCONST: ({ part }) =>
    `enumerator '${part(/^the value of (\S+)/)[0]}' must be assigned to an integral constant expression`,
  D_DECL_ENOFLOW: ({ part }) =>
    `enumerator '${part(/^the value of (\S+)/)[0]}' value overflows INT_MAX (2147483647)`,
  D_DECL_LOCASSC: ({ at }) =>
    `associative arrays may not be declared as local variables: ${at.replace(/\[.*/s, "")}`,
  D_DECL_USELESS: () => "useless declaration",
  D_DECL_VOIDATTR: () => "invalid type declaration: attributes may not be used with void type",
  D_DECL_VOIDOBJ: ({ part }) => `cannot have void object: ${part(/^(?:\w+->)?(\S+)/)[0]}`,
  D_DEREF_NONPTR: () => "cannot dereference non-pointer type",
  D_DIV_ZERO: () => "expression contains division by zero",
  D_EMPTY: ({ text }) => ({ message: "empty D program translation unit", span: endOf(text) }),
  D_FUNC_IDENT: () => "function designator is not of function type",
  D_FUNC_IDKIND: ({ at }) => `scalar '${at}' may not be referenced as a function`,
  D_FUNC_UNDEF: ({ at }) => `undefined function name: ${at}`,
  D_IDENT_BADREF: ({ part }) =>
    `associative array '${part(/^associative array (?:\w+->)?(\S+)/)[0]}' may not be referenced as scalar`,
  D_IDENT_UNDEF: ({ at }) => `failed to resolve ${at}: Unknown variable name`,
  D_INT_DIGIT: ({ at, part }) => `constant ${at} contains invalid digit ${part(/invalid digit '(.)'/)[0]}`,
  D_INT_OFLOW: ({ at }) => `constant ${at} results in integer overflow`,
  D_KEY_TYPE: ({ message, part }) =>
    `${message.startsWith("an action") ? "void" : part(/type (.+) cannot/)[0] || "dynamic"} expression may not be used as associative array index: key #1`,
  D_LLQUANT_FACTORVAL: constantArgument(
    "argument #1 must be an unsigned 16-bit quantity greater than or equal to 2",
  ),
  D_LLQUANT_FACTORTYPE: lacking("argument #1 must be an integer constant"),
  D_LLQUANT_LMAGTYPE: lacking("argument #2 must be an integer constant"),
  D_LLQUANT_HMAGTYPE: lacking("argument #3 must be an integer constant"),
  D_LLQUANT_STEPTYPE: lacking("argument #4 must be a non-zero positive integer constant"),
  D_LLQUANT_LMAGVAL: constantArgument("argument #2 must be an unsigned 16-bit quantity"),
  D_LLQUANT_HMAGVAL: ({ message }) =>
    `llquantize( ) argument #3 (high magnitude) ${message.endsWith("64 bits") ? "will cause overflow of 64 bits" : "must be at least argument #2 (low magnitude)"}`,
  D_LLQUANT_STEPVAL: ({ message }) =>
    `llquantize() argument #4 (steps) must ${message.includes("multiple") ? "be a multiple of argument #1 (factor) when steps>factor" : "evenly divide argument #1 (factor) when steps<factor"}`,
  D_LLQUANT_MATCHFACTOR: otherElsewhere("llquantize() factor (argument #1)"),
  D_LLQUANT_MATCHLMAG: otherElsewhere("llquantize() lmag (argument #2)"),
  D_LLQUANT_MATCHHMAG: otherElsewhere("llquantize() hmag (argument #3)"),
  D_LLQUANT_MATCHSTEPS: otherElsewhere("llquantize() steps (argument #4)"),
  D_LQUANT_BASETYPE: lacking("argument #1 must be an integer constant"),
  D_LQUANT_LIMTYPE: lacking("argument #2 must be an integer constant"),
  D_LQUANT_STEPTYPE: lacking("argument #3 must be a non-zero positive integer constant"),
  D_LQUANT_BASEVAL: constantArgument("argument #1 must be a 32-bit quantity"),
  D_LQUANT_LIMVAL: constantArgument("argument #2 must be a 32-bit quantity"),
  D_LQUANT_STEPVAL: constantArgument("argument #3 must be a 16-bit quantity"),
  D_LQUANT_STEPLARGE: constantArgument(
    "step (argument #3) too large: must have at least one quantization level",
  ),
  D_LQUANT_STEPSMALL: constantArgument(
    "step (argument #3) too small: number of quantization levels must be a 16-bit quantity",
  ),
  D_LQUANT_MATCHBASE: otherElsewhere("lquantize( ) base (argument #1)"),
  D_LQUANT_MATCHLIM: otherElsewhere("lquantize( ) limit (argument #2)"),
  D_LQUANT_MATCHSTEP: otherElsewhere("lquantize( ) step (argument #3)"),
  D_LQUANT_MISMATCH: constantArgument("base (argument #1) must be less than limit (argument #2)"),
  D_MACRO_UNDEF: ({ at, message, part }) =>
    message.startsWith("script argument")
      ? `macro argument ${at} is not defined`
      : `macro variable ${part(/^macro variable (\S+)/)[0]} is not defined`,
  D_NORMALIZE_AGGARG: wrongArgument("aggregation"),
  D_NORMALIZE_PROTO: wrongCount,
  D_NORMALIZE_SCALAR: (facts) => ({ ...asPart(wrongArgument("uint64_t")(facts)), tag: "D_PROTO_ARG" }),
  D_OP_ARITH: operands("arithmetic"),
  D_OP_DYN: ({ at, text, span, message }) => {
    const [, name = at] = /^aggregation (@\w*)/.exec(message) ?? [];
    const isAssigned = new RegExp(`${name}\\s*(\\[[^;]*)?=`).test(text.slice(0, span.start));
    return isAssigned
      ? undefined
      : { tag: "D_IDENT_UNDEF", message: `failed to resolve ${name}: Unknown variable name` };
  },
  D_NOT_SUPPORTED: ({ at }) =>
    /^\d+$/.test(at)
      ? { tag: "D_PDESC_INVAL", message: `invalid probe identifier ${at}: Unknown probe identifier` }
      : { tag: undefined },
  D_CG_EXPR: ({ text, span, part }) => {
    const [aggregating] = part(/^(\w+)\(\) is for aggregations/);
    if (/[^=!<>]=\s*$/.test(text.slice(0, span.start)))
      return {
        tag: "D_OP_INCOMPAT",
        message: `operands have incompatible types: ${aggregating === "" ? '"void" = "void"' : '"scalar" = "aggregating function"'}`,
      };
    if (/\btrace\(\s*$/.test(text.slice(0, span.start)))
      return { tag: "D_TRACE_VOID", message: "trace( ) may not be applied to a void expression" };
    return undefined;
  },
  D_OP_INCOMPAT: OPERATION,
  D_OP_INT: operands("integral"),
  D_OP_LVAL: (facts) => `operator ${operatorAt(facts)} requires modifiable lvalue as an operand`,
  D_OP_SCALAR: (facts) =>
    facts.message.startsWith("the condition of ?")
      ? "operator ?: expression must be of scalar type"
      : operands("scalar")(facts),
  D_OP_WRITE: (facts) =>
    facts.message.startsWith("built-in")
      ? `operator ${operatorAt(facts)} can only be applied to a writable variable`
      : {
          tag: "D_OP_LVAL",
          message: `operator ${operatorAt(facts)} requires modifiable lvalue as an operand`,
        },
  D_PDESC_INVAL: ({ at }) => `invalid probe description "${at}": Overspecified probe description`,
  D_PDESC_ZERO: ({ at }) => noMatch(at),
  D_PRAGCTL_INVAL: ({ part }) => `invalid control directive: ${part(/(#\S+)/)[0]}`,
  D_PRAGERR: ({ message }) => `${message} `,
  D_PRAGMA_INVAL: ({ part }) => `invalid D pragma: ${part(/'D (.*)'/)[0]}`,
  D_PRAGMA_MALFORM: ({ at }) =>
    /option\s+\S+\s+\S/.test(at)
      ? "superfluous arguments specified for #pragma option"
      : "malformed #pragma option <option>=<val>",
  D_PRAGMA_OPTSET: ({ part }) => {
    const [unknown] = part(/^there is no option '(.*)'/);
    if (unknown !== "") return `failed to set option '${unknown}': Invalid option name`;
    const [value, option] = part(/^'(.*)' is no value for option '(.*)'/);
    return `failed to set option '${option}' to '${value}': Invalid value for specified option`;
  },
  D_PRED_SCALAR: () => "predicate result must be of scalar type",
  D_PRINTA_AGGARG: wrongArgument("aggregation"),
  D_PRINTA_AGGKEY: ({ message }) => {
    const [, other, keys, lead, leading] = /^(\S+) has (\d+) keys? and (\S+) has (\d+)/.exec(message) ?? [];
    return `printa( ): ${lead} and ${other} do not have matching key signatures: ${lead} has ${count(Number(leading), "key")}, ${other} has ${count(Number(keys), "key")}`;
  },
  D_PRINTA_AGGPROTO: ({ message }) => {
    const [, place, other = "", type, lead = "", leading] =
      /^key (\d+) of (\S+) is (.+), of (\S+) (.+)$/.exec(message) ?? [];
    const line = (name: string, text = ""): string => `${name.slice(1).padStart(9)} key #${place}: ${text}`;
    return `printa( ): ${other}[ ] key #${place} is incompatible with ${lead}:\n${line(lead, leading)}\n${line(other, type)}`;
  },
  D_PRINTA_PROTO: ({ call }) =>
    `printa( ) prototype mismatch: ${call?.arguments.length ?? 1} args passed, 2 expected`,
  D_PRINTF_AGG_CONV: () => "%@ conversion requires an aggregation and is not for use with printf( )",
  D_PRINTF_ARG_EXTRA: ({ call, part }) =>
    `${call?.name ?? "printf"}( ) prototype mismatch: only ${part(/takes (\d+)/)[0]} arguments required by this format string`,
  D_PRINTF_ARG_FMT: (facts) => wrongArgument("string")(facts),
  D_PRINTF_ARG_PROTO: missingValue,
  D_PRINTF_ARG_TYPE: wrongConversion,
  D_PRINTF_DYN_PROTO: ({ part }) => {
    const [place, conversion] = part(/^conversion (\d+) \((%.*?)\)/);
    return `printf( ) prototype mismatch: conversion #${place} (${conversion.replace("*", "")}) is missing a corresponding "*" argument`;
  },
  D_PRINTF_DYN_TYPE: wrongDynamic,
  D_PRINTF_FMT_EMPTY: ({ call }) => `${call?.name ?? "printf"}( ) format string is empty`,
  D_PROTO_ARG: mistypedArgument,
  D_PROTO_LEN: wrongCount,
  D_SIZEOF_TYPE: () => "cannot apply sizeof to an operand of unknown size",
  D_STACK_PROTO: wrongCount,
  D_STACK_SIZE: depthOfStack,
  D_STR_NL: ({ span }) => ({
    message: "newline encountered in string literal",
    span: { start: span.end + 1, end: span.end + 1 },
  }),
  D_SYNTAX: syntax,
  D_TRACE_DYN: () => "trace( ) may not be applied to a dynamic expression",
  D_TRACE_VOID: () => "trace( ) may not be applied to a void expression",
  D_TRUNC_AGGARG: wrongArgument("aggregation"),
  D_TRUNC_PROTO: wrongCount,
  D_TRUNC_SCALAR: wrongArgument("int64_t"),
  D_USTACK_FRAMES: depthOfStack,
  D_USTACK_PROTO: wrongCount,
  D_VAR_UNDEF: ({ at }) => `${at} has not yet been declared or assigned`,
  PROBE_NO_MATCH: ({ at }) => ({ tag: "D_PDESC_ZERO", message: noMatch(at) }),
};

/** A description as DTrace completes it: parts that are left out are the first ones. */
function noMatch(description: string): string {
  const parts = description.trim().split(":");
  return `probe description ${":".repeat(Math.max(4 - parts.length, 0))}${parts.join(":")} does not match any probes`;
}

function localName(text: string): string {
  return text.replace(/^\w+->/, "").replace(/\[.*/s, "");
}

/** The operator that follows the operand at the finding's place, or stands before it. */
function operatorAt({ text, span }: Facts): string {
  return (
    /^\s*(\+\+|--|[-+*/%&|^]?=|<<=|>>=)/.exec(text.slice(span.end))?.[1] ??
    /(\+\+|--)\s*$/.exec(text.slice(0, span.start))?.[1] ??
    "="
  );
}

function asPart(words: ReturnType<Words>): Partial<DtraceMessage> {
  return typeof words === "string" ? { message: words } : (words ?? {});
}
