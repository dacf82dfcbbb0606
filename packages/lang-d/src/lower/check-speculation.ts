/** What may follow what in a clause that speculates (dtrace(1), "Speculative tracing"): by DTrace's rules and with its tags. */
import { isOutput, walkStatements, type Statement } from "@trace/core";
import { reject } from "@trace/syntax";

/** Refuses statements after `speculate` or `commit` that cannot be there, and those two where they cannot be. */
export function checkSpeculation(body: readonly Statement[]): void {
  let speculates = false;
  let commits = false;
  let records = false;
  walkStatements(body, (statement) => {
    const span = statement.span ?? { start: 0, end: 0 };
    const refuse = (code: string, what: string, after: string): never =>
      reject(code, `${what} may not follow ${after}`, span, "put it into a clause of its own");
    const called =
      statement.kind === "expression" && statement.expression.kind === "call"
        ? statement.expression.function
        : undefined;
    if (called === "speculate") {
      if (speculates) refuse("D_SPEC_SPEC", "speculate()", "speculate()");
      if (commits) refuse("D_SPEC_COMM", "speculate()", "commit()");
      if (records) refuse("D_SPEC_DREC", "speculate()", "what puts something out");
      speculates = true;
    } else if (called === "commit") {
      if (commits) refuse("D_COMM_COMM", "commit()", "commit()");
      if (records) refuse("D_COMM_DREC", "commit()", "what puts something out");
      commits = true;
    } else if (statement.kind === "aggregate") {
      if (speculates) refuse("D_AGG_SPEC", "an aggregating action", "speculate()");
      if (commits) refuse("D_AGG_COMM", "an aggregating action", "commit()");
    } else if (isOutput(statement) && statement.kind !== "default") {
      if (speculates && statement.kind === "exit") refuse("D_EXIT_SPEC", "exit()", "speculate()");
      if (commits) refuse("D_DREC_COMM", "what puts something out", "commit()");
      records = true;
    }
  });
}
