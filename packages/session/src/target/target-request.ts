/** What a user asks to trace. */

/** A running process, a command to start, or no one process. */
export type TargetRequest =
  | { readonly kind: "process"; readonly pid: number }
  | {
      readonly kind: "command";
      /** Program and arguments; the program is looked up in PATH. */
      readonly argv: readonly [string, ...string[]];
      readonly environment?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "system" };
