/** Flows: arrows from where something is handed on to where it is taken up. */
import { matchProbePattern, namedValue, type NamedValues, type ProbeDescription } from "@trace/core";
import { eventId } from "./event-id.ts";
import { jsonText } from "./json-text.ts";

/** Probes that follow one thing from place to place. */
export interface FlowDeclaration {
  readonly name: string;
  /** Two or more patterns like those of D: where it starts, any places between, where it ends. */
  readonly probes: readonly string[];
  /** The value that says which thing it is, at each of the probes (`id`). */
  readonly key: string;
}

interface FlowPlace {
  readonly flow: FlowDeclaration;
  readonly phase: "s" | "t" | "f";
}

/** The flows of a run. */
export class Flows {
  readonly #declarations: readonly FlowDeclaration[];
  readonly #places = new WeakMap<ProbeDescription, readonly FlowPlace[]>();

  constructor(declarations: readonly FlowDeclaration[]) {
    this.#declarations = declarations;
  }

  /** The flows that a record of `probe` is a part of: the fields of their events, less place and time. */
  at(probe: ProbeDescription, values: NamedValues): readonly string[] {
    if (this.#declarations.length === 0) return [];
    return this.#placesOf(probe).flatMap(({ flow, phase }) => {
      const key = namedValue(values, flow.key);
      if (key === undefined) return [];
      const id = eventId(`${flow.name} `, key);
      return [`"ph":"${phase}","name":${jsonText(flow.name)},"cat":"flow","id":"${id}","bp":"e"`];
    });
  }

  #placesOf(probe: ProbeDescription): readonly FlowPlace[] {
    let places = this.#places.get(probe);
    if (places === undefined) {
      places = this.#declarations.flatMap((flow) => {
        const index = flow.probes.findIndex((pattern) => matchProbePattern(pattern, probe));
        if (index < 0) return [];
        return [{ flow, phase: index === 0 ? "s" : index === flow.probes.length - 1 ? "f" : "t" } as const];
      });
      this.#places.set(probe, places);
    }
    return places;
  }
}
