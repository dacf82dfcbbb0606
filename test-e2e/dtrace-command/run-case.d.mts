import type { Case } from "./cases.mjs";

/** What a command line printed, and how it ended: the exit status, or the signal's name. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | string;
}

export declare function runCase(command: readonly [string, ...string[]], one: Case): Promise<Outcome>;
