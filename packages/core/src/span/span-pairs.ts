/** Which probes of a run make spans: pairs that were declared, and pairs whose names follow a convention. */
import { isOutput, walkStatements } from "../ir/walk.ts";
import type { Clause, Program } from "../ir/program.ts";
import type { OutputStatement } from "../ir/statement.ts";
import { matchProbe } from "../probe/match-probe.ts";
import { dtraceProbeName, type ProbeDescription } from "../probe/probe-description.ts";
import { matchProbePattern } from "./probe-pattern.ts";
import { parseEdgeName, type SpanEdge } from "./span-edge.ts";
import { valueNames } from "./value-names.ts";

/** Two probes that delimit a span, as an option of a reporter. Both are patterns like those of D: `shop*:::pay-start`. */
export interface SpanDeclaration {
  readonly begin: string;
  readonly end: string;
  /** What the spans are called; default from the name of the beginning probe. */
  readonly name?: string;
  /** The value that names each span, where one pair stands for many things (a function's name). */
  readonly nameValue?: string;
  /** The value that a begin and its end have in common (`id`). Without it, a span nests in those of its thread. */
  readonly key?: string;
}

/** One kind of span: both its probes have this object. */
export interface SpanKind {
  /** Unique within its `SpanPairs`. */
  readonly id: number;
  readonly name: string;
  /** The provider's name. */
  readonly category: string;
  /** The value that names each span: by its name, or the first text of the record. */
  readonly nameValue: string | { readonly first: "text" } | undefined;
  /** The value that identifies a span: by its name, or the first of the record; undefined where spans nest by thread. */
  readonly key: string | { readonly first: "value" } | undefined;
}

/** What a probe is to a span. */
export interface SpanPlace {
  readonly edge: SpanEdge;
  readonly kind: SpanKind;
}

/** A pair of which maybe only one side is known yet. */
interface Pair {
  kind: SpanKind;
  /** The sides that are known, with what the first value of their records is called. */
  readonly sides: Map<SpanEdge, string | undefined>;
  /** May a value that both sides have in common be taken for the key? */
  readonly seekKey: boolean;
}

interface Side {
  readonly edge: SpanEdge;
  readonly pair: Pair;
}

/**
 * The pairs of a run. A pair counts once both its probes are known to make records: from the `ready` event, or from a
 * record. Until then a firing of one of them is no span, for its end would never come.
 */
export class SpanPairs {
  readonly #program: Program;
  readonly #declarations: readonly SpanDeclaration[];
  readonly #pairs = new Map<string, Pair>();
  readonly #sides = new WeakMap<ProbeDescription, Side | "none">();

  constructor(program: Program, declarations: readonly SpanDeclaration[] = []) {
    this.#program = program;
    this.#declarations = declarations;
  }

  /** Takes note of probes that are attached. */
  attach(probes: readonly ProbeDescription[]): void {
    for (const probe of probes) {
      const clause = this.#program.clauses.find(
        (one) => outputsOf(one).length > 0 && one.points.some((point) => matchProbe(point, probe)),
      );
      if (clause !== undefined) this.#learn(probe, clause);
    }
  }

  /** What `probe`, which made a record by the clause of index `clause`, is to a span; undefined for most probes. */
  find(probe: ProbeDescription, clause: number): SpanPlace | undefined {
    const side = this.#sides.get(probe) ?? this.#learn(probe, this.#program.clauses[clause]);
    return side === "none" || side.pair.sides.size < 2
      ? undefined
      : { edge: side.edge, kind: side.pair.kind };
  }

  #learn(probe: ProbeDescription, clause: Clause | undefined): Side | "none" {
    const side = this.#declared(probe) ?? this.#conventional(probe) ?? "none";
    this.#sides.set(probe, side);
    if (side !== "none" && !side.pair.sides.has(side.edge)) {
      const { pair, edge } = side;
      pair.sides.set(edge, clause === undefined ? undefined : firstValueName(clause, probe));
      const [one, other] = pair.sides.values();
      if (pair.seekKey && one !== undefined && one === other)
        pair.kind = { ...pair.kind, key: { first: "value" } };
    }
    return side;
  }

  #declared(probe: ProbeDescription): Side | undefined {
    for (const [index, declaration] of this.#declarations.entries()) {
      const { begin, end, nameValue, key } = declaration;
      const edge = matchProbePattern(begin, probe)
        ? "begin"
        : matchProbePattern(end, probe)
          ? "end"
          : undefined;
      if (edge === undefined) continue;
      const beginName = begin.slice(begin.lastIndexOf(":") + 1);
      const name = declaration.name ?? (parseEdgeName(beginName)?.base || beginName);
      return { edge, pair: this.#pair(`declared ${index}`, probe, { name, nameValue, key }, false) };
    }
    return undefined;
  }

  #conventional(probe: ProbeDescription): Side | undefined {
    const parsed = probe.family === "timer" ? undefined : parseEdgeName(probe.name);
    if (parsed === undefined) return undefined;
    const { edge, convention, base } = parsed;
    // Where the name is nothing but `entry`, the span is the function's; else the function is just where the probe stands.
    const about = base === "" ? `${probe.module}:${probe.function}` : base;
    const name = dtraceProbeName(base) || probe.function || probe.provider;
    // Interpreters have one pair for all functions of the program they run.
    const nameValue = name === "function" || name === "method" ? ({ first: "text" } as const) : undefined;
    const identity = `${convention} ${probe.provider}:${about}`;
    const traits = { name, nameValue, key: undefined };
    return { edge, pair: this.#pair(identity, probe, traits, convention !== "entry") };
  }

  #pair(
    identity: string,
    probe: ProbeDescription,
    traits: Pick<SpanKind, "name" | "nameValue" | "key">,
    seekKey: boolean,
  ): Pair {
    let pair = this.#pairs.get(identity);
    if (pair === undefined) {
      const category = probe.provider === "" ? probe.family : probe.provider;
      pair = { kind: { id: this.#pairs.size, category, ...traits }, sides: new Map(), seekKey };
      this.#pairs.set(identity, pair);
    }
    return pair;
  }
}

function outputsOf(clause: Clause): readonly OutputStatement[] {
  const outputs: OutputStatement[] = [];
  walkStatements(clause.body, (statement) => {
    if (isOutput(statement)) outputs.push(statement);
  });
  return outputs;
}

/** What the first value of a record of `clause` is called; undefined without values, or where it is computed. */
function firstValueName(clause: Clause, probe: ProbeDescription): string | undefined {
  for (const statement of outputsOf(clause)) {
    const names = valueNames(statement, probe);
    if (statement.kind !== "exit" && names.length > 0) return names[0];
  }
  return undefined;
}
