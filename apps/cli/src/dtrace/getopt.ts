/** Options as getopt(3) reads them, mixed with operands: `-qn TEXT`, `-nTEXT`, `-s FILE argument -q`. */

/** One option as given; `value` where it takes one. */
export interface Option {
  readonly letter: string;
  readonly value?: string;
}

/** What the words of a command line are, or why they make no sense. */
export type Words =
  | { readonly options: readonly Option[]; readonly operands: readonly string[] }
  | { readonly mistake: string };

/** Reads `words`. `letters` names the options, each with a colon after it if it takes a value. */
export function readWords(words: readonly string[], letters: string): Words {
  const options: Option[] = [];
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") continue;
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    for (let place = 1; place < word.length; place++) {
      const letter = word[place] ?? "";
      const known = letter === ":" ? -1 : letters.indexOf(letter);
      if (known < 0) return { mistake: `invalid option -- '${letter}'` };
      if (letters[known + 1] !== ":") {
        options.push({ letter });
        continue;
      }
      const value = place + 1 < word.length ? word.slice(place + 1) : words[++at];
      if (value === undefined) return { mistake: `option requires an argument -- '${letter}'` };
      options.push({ letter, value });
      break;
    }
  }
  return { options, operands };
}
