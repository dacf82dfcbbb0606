/** Script arguments that no program of the command line uses: dtrace takes them for a mistake. */
import { errorDiagnostic, type Diagnostic } from "@trace/core";
import type { JoinedParts } from "./program-parts.ts";

/** The first argument that some part of `joined` does not use. */
export function unusedArgument(joined: JoinedParts, list: readonly string[]): Diagnostic | undefined {
  let end = 0;
  for (const { text } of joined.parts) {
    end += text.length + 1;
    const used = new Set(Array.from(text.matchAll(/\$\$?(\d+)/g), ([, number]) => Number(number)));
    const unused = list.findIndex((_, index) => !used.has(index + 1));
    if (unused >= 0)
      return errorDiagnostic(
        "D_MACRO_UNUSED",
        `extraneous argument '${list[unused] ?? ""}' ($${unused + 1} is not referenced)`,
        { span: { start: end - 1, end: end - 1 } },
      );
  }
  return undefined;
}
