/** One command line, and the script that it names script.d. */
export interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly text?: string;
}

export declare const cases: readonly Case[];
