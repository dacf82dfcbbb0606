/** Stands for the package string-width inside the bundled yargs: see `tsup.config.ts`. */

/** The columns that `text`, without control sequences, takes on a terminal if it is ASCII. */
// oxlint-disable-next-line import/no-default-export -- what it stands for has one
export default function asciiWidth(text: string): number {
  return text.length;
}
