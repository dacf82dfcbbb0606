/** Finding an element in a JSON text by a path (dtrace(1), json). */
import { truncateText } from "@trace/core";

/** A name, or an index in brackets, and where the path goes on. */
const STEP = /^(?:\.?([^.[\]]+)|\[(\d+)\])/;

/**
 * The element of `text` that `path` names, such as `a.b[2].c`: of a string its text, of all else its JSON as
 * JavaScript writes it. Empty where there is none, or `text` is no JSON.
 */
export function json(text: string, path: string, size: number): string {
  let element: unknown;
  try {
    element = JSON.parse(text);
  } catch {
    return "";
  }
  for (let rest = path; rest !== "";) {
    const step = STEP.exec(rest);
    if (step === null) return "";
    element = member(element, step[1] ?? Number(step[2]));
    rest = rest.slice(step[0].length);
  }
  return truncateText(written(element), size);
}

function member(element: unknown, key: string | number): unknown {
  if (typeof element !== "object" || element === null) return undefined;
  if (Array.isArray(element) !== (typeof key === "number")) return undefined;
  return Object.hasOwn(element, key) ? (element as Record<string | number, unknown>)[key] : undefined;
}

function written(element: unknown): string {
  const text = typeof element === "string" ? element : (JSON.stringify(element) ?? "");
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}
