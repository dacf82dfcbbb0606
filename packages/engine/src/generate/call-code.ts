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
} from "@trace/core";
import { basename, cleanpath, dirname } from "../functions/path.ts";
import { tolower, toupper } from "../functions/letter-case.ts";
import { lltostr, strtoll } from "../functions/number-text.ts";
import { swap16, swap32, swap64 } from "../functions/byte-order.ts";
import { isProgenyOf } from "../functions/progeny.ts";
import { json } from "../functions/json.ts";
import { index, rindex, strchr, strrchr, strstr } from "../functions/search.ts";
import { strjoin, strlen } from "../functions/strings.ts";
import { rand } from "../functions/rand.ts";
import { substr } from "../functions/substr.ts";
import { bitsToDouble } from "../runtime/arguments.ts";
import { argumentFloatCode, argumentTextCode, argumentType } from "./argument-code.ts";
import { integerCode, type Code, type StringCode } from "./code.ts";
import { integerExpression, stringExpression } from "./typed-expression.ts";
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
    case "progenyof":
      return integerCode(
        unit.call(isProgenyOf, `${unit.link("host", state.host)}.pid()`, number(0, "0")),
        bitRange,
      );
  }
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
  const addresses = site.unit.link("addresses", site.state.addresses);
  return { kind: "string", text: `${addresses}.read(${integerExpression(site, address).text})` };
}

/** The index of the argument that `expression` is, through casts that keep all its bits. */
export function directArgument(expression: Expression): number | undefined {
  if (expression.kind === "argument") return expression.index;
  const keepsBits =
    expression.kind === "cast" && expression.type.kind === "integer" && expression.type.bits === 64;
  return keepsBits ? directArgument(expression.operand) : undefined;
}
