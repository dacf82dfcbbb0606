/** Calls of the IR's functions. */
import {
  int32,
  int64,
  truncateText,
  uint16,
  uint32,
  uint64,
  type CallExpression,
  type Expression,
  type Int,
  type IntegerType,
  type Type,
  functions,
  normalizeInt,
} from "@trace/core";
import { basename, cleanpath, dirname } from "../functions/path.ts";
import { tolower, toupper } from "../functions/letter-case.ts";
import { lltostr, strtoll } from "../functions/number-text.ts";
import { swap16, swap32, swap64 } from "../functions/byte-order.ts";
import { isProgenyOf } from "../functions/progeny.ts";
import { formatIpv4, formatIpv6, inetNtop } from "../functions/inet.ts";
import { json } from "../functions/json.ts";
import { index, rindex, strchr, strrchr, strstr } from "../functions/search.ts";
import { strjoin, strlen } from "../functions/strings.ts";
import { rand } from "../functions/rand.ts";
import { substr } from "../functions/substr.ts";
import type { Memory } from "../runtime/memory.ts";
import { bitsToDouble } from "../runtime/arguments.ts";
import { argumentFloatCode, argumentTextCode, argumentType } from "./argument-code.ts";
import { integerCode, type Code, type IntegerCode, type StringCode } from "./code.ts";
import { integerExpression, integerType, stringExpression } from "./typed-expression.ts";
import { bitRange, typeRange } from "./range.ts";
import type { Site } from "./site.ts";

/** No string is as long: what a length is that was left out. */
const WHOLE = "2147483647";

export function callCode(site: Site, call: CallExpression): Code {
  const { unit, state } = site;
  const size = String(state.stringSize);
  const at = (place: number): Expression => call.arguments[place] as Expression;
  const text = (place: number): string => stringExpression(site, at(place)).text;
  const number = (place: number, otherwise: string): string =>
    call.arguments[place] === undefined ? otherwise : integerExpression(site, at(place), int32).text;
  const addresses = (...places: readonly number[]): string[] =>
    places
      .filter((place) => place < call.arguments.length)
      .map((place) => integerExpression(site, at(place), uint64).text);
  const string = (code: string): StringCode => ({ kind: "string", text: code });
  switch (call.function) {
    case "copyinstr": {
      const whole = copyinstr(site, at(0));
      if (call.arguments[1] === undefined) return whole;
      const length = integerExpression(site, at(1), uint64).text;
      return string(unit.call(truncateText, whole.text, `Math.min(Number(${length}), ${size})`));
    }
    case "bits_to_double": {
      const argument = directArgument(at(0));
      if (argument !== undefined && argumentType(site, argument) === "double")
        return argumentFloatCode(site, argument);
      return { kind: "float", text: unit.call(bitsToDouble, integerExpression(site, at(0)).text) };
    }
    case "strjoin":
      return string(unit.call(strjoin, text(0), text(1), size));
    case "strlen":
      return integerCode(unit.call(strlen, text(0)), { min: 0, max: state.stringSize });
    case "index":
      return position(site, unit.call(index, text(0), text(1), number(2, "0")));
    case "rindex":
      return position(site, unit.call(rindex, text(0), text(1), number(2, WHOLE)));
    case "strchr":
      return string(unit.call(strchr, text(0), number(1, "0")));
    case "strrchr":
      return string(unit.call(strrchr, text(0), number(1, "0")));
    case "strstr":
      return string(unit.call(strstr, text(0), text(1)));
    case "substr":
      return string(unit.call(substr, text(0), number(1, "0"), number(2, WHOLE)));
    case "basename":
      return string(unit.call(basename, text(0)));
    case "dirname":
      return string(unit.call(dirname, text(0)));
    case "cleanpath":
      return string(unit.call(cleanpath, text(0)));
    case "tolower":
      return string(unit.call(tolower, text(0)));
    case "toupper":
      return string(unit.call(toupper, text(0)));
    case "lltostr": {
      const value = integerExpression(site, at(0)).text;
      return string(unit.call(lltostr, value, number(1, "10"), size));
    }
    case "strtoll":
      return integerCode(unit.call(strtoll, text(0), number(1, "10")), typeRange(int64));
    case "strtok":
      return string(`${tokens(site)}.first(${threadText(site)}, ${text(0)}, ${text(1)})`);
    case "strtok_next":
      return string(`${tokens(site)}.next(${threadText(site)}, ${text(0)})`);
    case "json":
      return string(unit.call(json, text(0), text(1), size));
    case "htons":
      return swapped(site, at(0), uint16, swap16);
    case "htonl":
      return swapped(site, at(0), uint32, swap32);
    case "htonll":
      return swapped(site, at(0), uint64, swap64);
    case "rand":
      return integerCode(unit.call(rand), typeRange(int32));
    case "alloca":
    case "copyin":
      return integerCode(memoryCall(site, call.function, ...addresses(0, 1)), addressRange);
    case "memory":
      return integerCode(memoryCall(site, "ownAddress", ...addresses(0)), addressRange);
    case "string_address":
      return integerCode(`${unit.link("addresses", state.addresses)}.intern(${text(0)})`, addressRange);
    case "load8":
    case "load16":
    case "load32":
      return loaded(call, memoryCall(site, call.function, ...addresses(0)));
    case "load64":
      return loaded(call, unit.call(normalizeInt, memoryCall(site, call.function, ...addresses(0))));
    case "store8":
    case "store16":
    case "store32":
    case "store64": {
      const type = integerType(functions[call.function].parameters[1] as Type);
      const value = integerExpression(site, at(1), type).text;
      return loaded(call, memoryCall(site, call.function, ...addresses(0), value));
    }
    case "bcopy":
      return integerCode(memoryCall(site, "copy", ...addresses(0, 1, 2)), typeRange(uint64));
    case "copyinto": {
      // Copied to the third argument: evaluated in the order in which they stand.
      const [from = "0", size = "0", to = "0"] = addresses(0, 1, 2);
      const [first, second] = [unit.local("from"), unit.local("size")];
      const copied = memoryCall(site, "copy", first, to, second);
      return integerCode(`(${first} = ${from}, ${second} = ${size}, ${copied})`, typeRange(uint64));
    }
    case "bytes":
      return string(memoryCall(site, "bytes", ...addresses(0, 1)));
    case "inet_ntoa":
      return string(unit.call(formatIpv4, memoryCall(site, "read", ...addresses(0), "4")));
    case "inet_ntoa6":
      return string(unit.call(formatIpv6, memoryCall(site, "read", ...addresses(0), "16")));
    case "inet_ntop": {
      site.usesMemory = unit.canFault = true;
      return string(unit.call(inetNtop, unit.link("memory", state.memory), number(0, "0"), ...addresses(1)));
    }
    case "speculation":
      return integerCode(`${speculations(site)}.start()`, typeRange(int32));
    case "speculate":
      site.speculation ??= unit.local("speculation");
      return integerCode(`(${site.speculation} = ${number(0, "0")})`, typeRange(int32));
    case "commit":
    case "discard":
      return integerCode(`${speculations(site)}.${call.function}(${number(0, "0")})`, typeRange(int32));
    case "progenyof":
      return integerCode(
        unit.call(isProgenyOf, `${unit.link("host", state.host)}.pid()`, number(0, "0")),
        bitRange,
      );
  }
}

function speculations(site: Site): string {
  return site.unit.link("speculations", site.state.speculations);
}

const addressRange = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** A call of a method of the program's memory. */
function memoryCall(site: Site, method: keyof Memory, ...values: readonly string[]): string {
  site.usesMemory = true;
  site.unit.canFault = true;
  return `${site.unit.link("memory", site.state.memory)}.${method}(${values.join(", ")})`;
}

function loaded(call: CallExpression, text: string): IntegerCode {
  return integerCode(text, typeRange(integerType(functions[call.function].result)));
}

function swapped(site: Site, operand: Expression, type: IntegerType, swap: (value: never) => Int): Code {
  return integerCode(site.unit.call(swap, integerExpression(site, operand, type).text), typeRange(type));
}

/** Who the thread is, to what is kept by thread. */
function threadText(site: Site): string {
  return site.state.byThread ? `${site.unit.link("host", site.state.host)}.tid()` : "0";
}

function tokens(site: Site): string {
  return site.unit.link("tokens", site.state.tokens);
}

function position(site: Site, text: string): Code {
  return integerCode(text, { min: -1, max: site.state.stringSize });
}

/** The string at an address: of a string argument its text, which needs no address. */
function copyinstr(site: Site, address: Expression): StringCode {
  const argument = directArgument(address);
  if (argument !== undefined) {
    const type = argumentType(site, argument);
    if (type === "string" || type === "json") return argumentTextCode(site, argument);
  }
  site.unit.canFault = true;
  return { kind: "string", text: memoryCall(site, "text", integerExpression(site, address, uint64).text) };
}

/** The index of the argument that `expression` is, through casts that keep all its bits. */
export function directArgument(expression: Expression): number | undefined {
  if (expression.kind === "argument") return expression.index;
  const keepsBits =
    expression.kind === "cast" && expression.type.kind === "integer" && expression.type.bits === 64;
  return keepsBits ? directArgument(expression.operand) : undefined;
}
