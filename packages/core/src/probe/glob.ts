/** Shell patterns in probe points: `*`, `?`, `[a-z]`, `[!x]` and a backslash before a literal (dtrace(1), glob(7)). */

const cache = new Map<string, RegExp>();
const CACHE_LIMIT = 1000;

/** Does `pattern` hold any character with a meaning of its own? */
export function isGlob(pattern: string): boolean {
  return /[*?[\\]/.test(pattern);
}

/** Does the whole of `text` match `pattern`? The empty pattern matches all, as an empty field of a D probe description does. */
export function matchGlob(pattern: string, text: string): boolean {
  if (pattern === "") return true;
  if (!isGlob(pattern)) return pattern === text;
  let expression = cache.get(pattern);
  if (expression === undefined) {
    if (cache.size >= CACHE_LIMIT) cache.clear();
    expression = globExpression(pattern);
    cache.set(pattern, expression);
  }
  return expression.test(text);
}

function globExpression(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "*") {
      // A run of stars is one star: `***` must not backtrack.
      if (!source.endsWith(".*")) source += ".*";
    } else if (character === "?") source += ".";
    else if (character === "[") {
      const close = pattern.indexOf("]", at + 2);
      if (close < 0) source += "\\[";
      else {
        const inside = pattern.slice(at + 1, close);
        const negated = inside.startsWith("!") || inside.startsWith("^");
        source += `[${negated ? "^" : ""}${inside.slice(negated ? 1 : 0).replace(/[\\\]^[]/g, "\\$&")}]`;
        at = close;
      }
    } else {
      const literal = character === "\\" && at + 1 < pattern.length ? pattern.charAt(++at) : character;
      source += literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    }
  }
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    // An impossible range such as [z-a] matches nothing, as in fnmatch(3).
    return /(?!)/;
  }
}
