/** Variables: reading and setting them. */
import {
  int64,
  type AssignExpression,
  type Expression,
  type IncrementExpression,
  type IntegerType,
  type VariableDeclaration,
  type VariableExpression,
} from "@trace/core";
import { Cell } from "../state.ts";
import { integerCode, type Code } from "./code.ts";
import { integerExpression, typedExpression } from "./typed-expression.ts";
import { arithmetic, integerLiteral } from "./integer-code.ts";
import { typeRange } from "./range.ts";
import type { Site } from "./site.ts";

/** How generated code reads and sets one variable or element. */
interface Place {
  readonly declaration: VariableDeclaration;
  readonly read: string;
  /** An expression that sets it to that of `value`, whose value it has. */
  set(value: string): string;
}

export function variableCode(site: Site, expression: VariableExpression): Code {
  const keys = keyTexts(site, expression);
  const place = placeOf(site, expression, keys);
  return codeOf(place.declaration, place.read);
}

export function assignCode(site: Site, { target, operator, value }: AssignExpression): Code {
  if (operator === undefined) {
    const place = placeOf(site, target, keyTexts(site, target));
    const code = typedExpression(site, value, place.declaration.type);
    return { ...code, text: place.set(code.text) };
  }
  const { place, prelude, type } = integerPlace(site, target);
  const old = codeOf(place.declaration, place.read);
  const isShift = operator === "<<" || operator === ">>";
  const right = integerExpression(site, value, isShift ? undefined : type);
  const result = arithmetic(site.unit, operator, type, integerOf(old), right);
  return { ...result, text: inOrder(...prelude, place.set(result.text)) };
}

export function incrementCode(site: Site, { target, by, prefix }: IncrementExpression): Code {
  const { place, prelude, type } = integerPlace(site, target);
  const old = integerOf(codeOf(place.declaration, place.read));
  const one = integerLiteral(1n);
  if (prefix) {
    const result = arithmetic(site.unit, by === 1 ? "+" : "-", type, old, one);
    return { ...result, text: inOrder(...prelude, place.set(result.text)) };
  }
  const kept = site.unit.local("old");
  const result = arithmetic(site.unit, by === 1 ? "+" : "-", type, { ...old, text: kept }, one);
  return { ...old, text: inOrder(...prelude, `${kept} = ${old.text}`, place.set(result.text), kept) };
}

/** The place of an integer that is read and set: its keys are evaluated once, by `prelude`. */
function integerPlace(
  site: Site,
  target: VariableExpression,
): { place: Place; prelude: readonly string[]; type: IntegerType } {
  const prelude: string[] = [];
  const keys = keyTexts(site, target).map((text) => {
    const kept = site.unit.local("key");
    prelude.push(`${kept} = ${text}`);
    return kept;
  });
  const place = placeOf(site, target, keys);
  const { type } = place.declaration;
  return { place, prelude, type: type.kind === "integer" ? type : int64 };
}

function inOrder(...texts: readonly string[]): string {
  return `(${texts.join(", ")})`;
}

function integerOf(code: Code) {
  if (code.kind !== "integer") throw new TypeError("only integers are counted");
  return code;
}

/** A value read from a variable. */
function codeOf({ type }: VariableDeclaration, text: string): Code {
  return type.kind === "integer" ? integerCode(text, typeRange(type)) : { kind: "string", text };
}

function keyTexts(site: Site, { scope, name, keys, ...rest }: VariableExpression): string[] {
  const { declaration } = site.state.variable({ scope, name, keys, ...rest });
  const texts = declaration.keys.map((type, at) => typedExpression(site, keys[at] as Expression, type).text);
  return site.state.hasThreadKey(scope)
    ? [`${site.unit.link("host", site.state.host)}.tid()`, ...texts]
    : texts;
}

function placeOf(site: Site, expression: VariableExpression, keys: readonly string[]): Place {
  const { declaration, storage } = site.state.variable(expression);
  const empty = declaration.type.kind === "string" ? '""' : "0";
  if (storage === "local") {
    const local = clauseLocal(site, expression.name, empty);
    return { declaration, read: local, set: (value) => `(${local} = ${value})` };
  }
  const name = site.unit.link(expression.name, storage);
  if (storage instanceof Cell)
    return { declaration, read: `${name}.value`, set: (value) => `(${name}.value = ${value})` };
  const path = keys.map((key) => `get(${key})`).join("?.");
  return {
    declaration,
    read: `(${name}.root.${path} ?? ${empty})`,
    set: (value) => `${name}.set([${keys.join(", ")}], ${value})`,
  };
}

function clauseLocal(site: Site, name: string, empty: string): string {
  const known = site.once.get(`this ${name}`);
  if (known !== undefined) return known;
  const local = site.unit.local(name, empty);
  site.once.set(`this ${name}`, local);
  return local;
}
