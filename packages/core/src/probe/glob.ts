/** Shell patterns in probe points: `*`, `?`, `[a-z]`, `[!x]` and a backslash before a literal (dtrace(1), glob(7)). */

/** What one character of a text must be; `*` stands for any number of any. */
type Piece = "*" | ((character: string) => boolean);

const cache = new Map<string, readonly Piece[]>();
const CACHE_LIMIT = 1000;

/** Does `pattern` hold any character with a meaning of its own? */
export function isGlob(pattern: string): boolean {
  return /[*?[\\]/.test(pattern);
}

/** Does the whole of `text` match `pattern`? The empty pattern matches all, as an empty field of a D probe description does. */
export function matchGlob(pattern: string, text: string): boolean {
  if (pattern === "") return true;
  if (!isGlob(pattern)) return pattern === text;
  let pieces = cache.get(pattern);
  if (pieces === undefined) {
    if (cache.size >= CACHE_LIMIT) cache.clear();
    pieces = parsePattern(pattern);
    cache.set(pattern, pieces);
  }
  return matchPieces(pieces, Array.from(text));
}

/**
 * Only the last star met so far is ever widened: an earlier one could not do more. So the time is the product of both
 * lengths at worst, where a regular expression's could be exponential.
 */
function matchPieces(pieces: readonly Piece[], characters: readonly string[]): boolean {
  let at = 0;
  let piece = 0;
  let star = -1;
  let starEnd = 0;
  while (at < characters.length) {
    const expected = pieces[piece];
    if (expected === "*") {
      star = piece++;
      starEnd = at;
    } else if (expected?.(characters[at] as string) === true) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++starEnd;
    } else return false;
  }
  while (pieces[piece] === "*") piece++;
  return piece === pieces.length;
}

function parsePattern(pattern: string): readonly Piece[] {
  const characters = Array.from(pattern);
  const pieces: Piece[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === "*") pieces.push("*");
    else if (character === "?") pieces.push(() => true);
    else if (character === "[") {
      // A bracket right after the opening one is a member of the set.
      const isNegated = characters[at + 1] === "!" || characters[at + 1] === "^";
      const first = at + (isNegated ? 2 : 1);
      const close = characters.indexOf("]", first + 1);
      if (close < 0) pieces.push((one) => one === "[");
      else {
        const isMember = parseSet(characters.slice(first, close));
        pieces.push(isNegated ? (one) => !isMember(one) : isMember);
        at = close;
      }
    } else {
      const literal = character === "\\" && at + 1 < characters.length ? characters[++at] : character;
      pieces.push((one) => one === literal);
    }
  }
  return pieces;
}

/** The members of a set: characters, and ranges of them. An impossible range such as `z-a` has none, as in fnmatch(3). */
function parseSet(characters: readonly string[]): (character: string) => boolean {
  const ranges: [low: number, high: number][] = [];
  for (let at = 0; at < characters.length; at++) {
    const low = codeOf(characters[at]);
    if (characters[at + 1] === "-" && at + 2 < characters.length) {
      ranges.push([low, codeOf(characters[at + 2])]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return (character) => {
    const code = codeOf(character);
    return ranges.some(([low, high]) => low <= code && code <= high);
  };
}

function codeOf(character: string | undefined): number {
  return character?.codePointAt(0) ?? 0;
}
