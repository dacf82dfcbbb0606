/** The arguments of an event: the values of its record by name, and the text they were printed as. */
import {
  renderPrintf,
  type NamedValues,
  type PrintfStatement,
  type RecordEvent,
  type Stack,
} from "@trace/core";
import { jsonText, jsonValue, stackLines } from "./json-text.ts";

/** Names that no value is given: an event's own. */
export const reservedNames: readonly string[] = ["text", "end"];

/** The members of the object, as JSON without its braces. */
export function recordArguments(event: RecordEvent, { names, values }: NamedValues): string {
  let members = "";
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === undefined) continue;
    members += `${members === "" ? "" : ","}${memberName(names[index] ?? `v${index}`)}${jsonValue(value)}`;
  }
  const text = renderedText(event);
  return text === "" ? members : `${members}${members === "" ? "" : ","}"text":${jsonText(text)}`;
}

/** The stack that a record holds, as a member of its event: frames as text, outermost first, or nothing. */
export function stackMember(values: NamedValues["values"]): string {
  const stack = values.find((value): value is Stack => typeof value === "object" && "frames" in value);
  return stack === undefined ? "" : `,"stack":${JSON.stringify(stackLines(stack).reverse())}`;
}

/** Names come from the program: they are few, and the same again and again. */
const memberNames = new Map<string, string>();

function memberName(name: string): string {
  let text = memberNames.get(name);
  if (text === undefined) {
    if (memberNames.size > 1000) memberNames.clear();
    text = `${jsonText(name)}:`;
    memberNames.set(name, text);
  }
  return text;
}

/** What the record's printf statements print; nothing where that is no more than the values themselves. */
function renderedText({ items }: RecordEvent): string {
  let text = "";
  for (const { statement, values } of items) {
    if (statement.kind !== "printf") continue;
    if (saysMore(statement)) text += renderPrintf(statement.format, values);
  }
  return text.trimEnd();
}

const sayingMore = new WeakMap<PrintfStatement, boolean>();

/** Is there more in the format than conversions and separators? */
function saysMore(statement: PrintfStatement): boolean {
  let says = sayingMore.get(statement);
  if (says === undefined) {
    says = statement.format.some((part) => typeof part === "string" && /[^\s,;:|]/.test(part));
    sayingMore.set(statement, says);
  }
  return says;
}
