/** Names of probes that come in pairs: by convention one says that something begins, the other that it ends. */

/** Which end of a span a probe marks. */
export type SpanEdge = "begin" | "end";

/** A probe's name taken apart. */
export interface EdgeName {
  readonly edge: SpanEdge;
  /** The word that begins such a pair: pairs are of one convention. */
  readonly convention: "entry" | "start" | "begin" | "request";
  /** What is left of the name: `query` of `query__start`; empty for `entry`. */
  readonly base: string;
}

const CONVENTIONS = [
  ["entry", "return"],
  ["start", "done"],
  ["begin", "end"],
  ["request", "response"],
] as const;

/** `name` as one end of a pair, or undefined. Any separator before the last word counts: `gc__start`, `gc-start`, `gcstart`. */
export function parseEdgeName(name: string): EdgeName | undefined {
  for (const [begin, end] of CONVENTIONS) {
    const edge = name.endsWith(begin) ? "begin" : name.endsWith(end) ? "end" : undefined;
    if (edge === undefined) continue;
    const word = edge === "begin" ? begin : end;
    const base = name.slice(0, -word.length).replace(/[-_.:]+$/, "");
    return { edge, convention: begin, base };
  }
  return undefined;
}
