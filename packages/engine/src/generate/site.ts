/** Where code is generated: the clauses of one probe, as one function. */
import type { Expression, ProbeDescription } from "@trace/core";
import type { EngineState } from "../state.ts";
import type { Code } from "./code.ts";
import type { Unit } from "./unit.ts";

export interface Site {
  readonly unit: Unit;
  readonly state: EngineState;
  readonly probe: ProbeDescription;
  readonly probeId: number;
  /** The code of an expression: what generators of parts of it use. */
  readonly expression: (expression: Expression) => Code;
  /** The locals that hold what a firing reads once, by what they hold. */
  readonly once: Map<string, string>;
  /** How often the clauses read each argument as text: what is read once is read in place. */
  readonly textReads: ReadonlyMap<number, number>;
  /** The clause's number at this probe. */
  epid: number;
  /** Does the clause's code use memory? */
  usesMemory: boolean;
  /** The local with the speculation that the clause's record belongs to, if it may be of one. */
  speculation: string | undefined;
  /** Does the clause's code put anything out, and may it ask to end? */
  hasOutput: boolean;
  hasExit: boolean;
}
