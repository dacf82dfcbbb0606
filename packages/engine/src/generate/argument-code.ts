/** A probe's arguments, converted as their declared types say. */
import { argumentValueType, int64, type ArgumentType } from "@trace/core";
import {
  argument32,
  argument64,
  argumentDouble,
  argumentJson,
  argumentText,
  doubleToBits,
} from "../runtime/arguments.ts";
import { integerCode, type FloatCode, type IntegerCode, type StringCode } from "./code.ts";
import { castInteger, integerLiteral } from "./integer-code.ts";
import { typeRange } from "./range.ts";
import type { Site } from "./site.ts";

/** The parameter of the handler that has argument `index`. */
export function parameter(index: number): string {
  return `a${index}`;
}

/** The declared type of argument `index`; undefined where the probe has none. */
export function argumentType(site: Site, index: number): ArgumentType | undefined {
  return site.probe.arguments[index]?.type;
}

/** Argument `index` as a raw 64-bit integer; 0 where the probe has none. */
export function argumentCode(site: Site, index: number): IntegerCode {
  const type = argumentType(site, index);
  if (type === undefined) return integerLiteral(0n);
  const { unit } = site;
  const value = parameter(index);
  switch (type) {
    case "string":
    case "json": {
      const read = type === "string" ? argumentText : argumentJson;
      const addresses = unit.link("addresses", site.state.addresses);
      const text = unit.call(read, value, String(site.state.stringSize));
      return once(site, `address${index}`, `${addresses}.intern(${text})`, { min: 0, max: 2 ** 52 });
    }
    case "double":
      return once(
        site,
        `bits${index}`,
        unit.call(doubleToBits, unit.call(argumentDouble, value)),
        typeRange(int64),
      );
    default: {
      const declared = argumentValueType(type);
      if (declared.kind !== "integer") throw new TypeError(`no integer type: ${type}`);
      if (declared.bits === 64)
        return once(site, `arg${index}`, unit.call(argument64, value), typeRange(int64));
      const low = integerCode(
        unit.call(argument32, value),
        typeRange({ kind: "integer", bits: 32, signed: true }),
      );
      const narrow = castInteger(unit, low, int64, declared);
      return once(site, `arg${index}`, narrow.text, narrow.range);
    }
  }
}

/** Argument `index`, declared `string` or `json`, as text. */
export function argumentTextCode(site: Site, index: number): StringCode {
  const read = argumentType(site, index) === "json" ? argumentJson : argumentText;
  const text = site.unit.call(read, parameter(index), String(site.state.stringSize));
  if ((site.textReads.get(index) ?? 0) < 2) return { kind: "string", text };
  const local = localOnce(site, `text${index}`);
  return { kind: "string", text: `(${local} ??= ${text})` };
}

/** Argument `index`, declared `double`. */
export function argumentFloatCode(site: Site, index: number): FloatCode {
  return { kind: "float", text: site.unit.call(argumentDouble, parameter(index)) };
}

/** An integer that is computed at most once in a firing. */
function once(site: Site, name: string, text: string, range: IntegerCode["range"]): IntegerCode {
  return integerCode(`(${localOnce(site, name)} ??= ${text})`, range);
}

/** The local, undefined at first, of what a firing reads once. */
export function localOnce(site: Site, name: string): string {
  let local = site.once.get(name);
  if (local === undefined) {
    local = site.unit.local(name);
    site.once.set(name, local);
  }
  return local;
}
