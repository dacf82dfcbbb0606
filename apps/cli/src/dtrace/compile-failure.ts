/** What dtrace says of a program that it does not take. */
import type { Diagnostic } from "@trace/core";
import { dtraceMessage } from "@trace/lang-d";
import type { JoinedParts, PartPlace } from "./program-parts.ts";

/** The line for `diagnostic`, without the name of the command before it. */
export function compileFailure(diagnostic: Diagnostic, joined: JoinedParts, showTag: boolean): string {
  const { tag, message, span = diagnostic.span } = dtraceMessage(diagnostic, joined.source.text);
  const place = joined.place(span);
  const shownTag = showTag && tag !== undefined ? `[${tag}] ` : "";
  if (place === undefined) return `${shownTag}${message}`;
  const { kind, name } = place.part;
  return kind === "script"
    ? `failed to compile script ${name}: ${shownTag}${lineText(place)}${message}`
    : `invalid probe specifier ${name}: ${shownTag}${tag === undefined ? "" : regionText(place, tag)}${message}`;
}

function lineText({ file, line }: PartPlace): string {
  return file === undefined ? `line ${line}: ` : `"${file}", line ${line}: `;
}

/** Found while reading, before dtrace knows in which part of a clause it is. */
const NO_REGION = new Set(["D_SYNTAX", "D_PDESC_INVAL", "D_PDESC_ZERO", "D_MACRO_UNUSED", "D_EMPTY"]);

/** A text that has no lines to speak of is told by the part of its clause. */
function regionText({ part, offset }: PartPlace, tag: string): string {
  if (NO_REGION.has(tag) || /^D_(DECL|MACRO|PRINTF|PRAGMA|PRAGCTL|PRAGERR|STR_NL|CHR|INT)/.test(tag))
    return "";
  const before = part.text.slice(0, offset);
  if (before.lastIndexOf("{") > before.lastIndexOf("}")) return "in action list: ";
  return before.includes("/") ? "in predicate: " : "";
}
