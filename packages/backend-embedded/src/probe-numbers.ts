import type { ProbeDescription, Program } from "@trace/core";
import { programProbes } from "@trace/engine";
import { probeIdentity } from "./published-probe.ts";

/** A probe and its number within the run. */
export interface NumberedProbe {
  readonly id: number;
  readonly description: ProbeDescription;
}

/** The numbers of a run's probes: the program's own first (begin, end, error, timers), then those of processes. */
export class ProbeNumbers {
  private readonly byId = new Map<number, NumberedProbe>();
  private readonly byIdentity = new Map<string, NumberedProbe>();
  /** Probes that an environment has numbered itself, for they came after the tracer. */
  private readonly own = new WeakMap<object, Map<number, NumberedProbe>>();

  constructor(program: Program) {
    for (const { probeId, probe } of programProbes(program))
      this.byId.set(probeId, { id: probeId, description: probe });
  }

  /** The number of a probe; a new one for one that has none. */
  assign(description: ProbeDescription): number {
    return this.numbered(description).id;
  }

  /** From now on `id` in records of `environment` means this probe. */
  translate(environment: object, id: number, description: ProbeDescription): void {
    const own = this.own.get(environment) ?? new Map<number, NumberedProbe>();
    this.own.set(environment, own.set(id, this.numbered(description)));
  }

  /** What `id` means in a record of `environment`. */
  probe(environment: object, id: number): NumberedProbe | undefined {
    return this.own.get(environment)?.get(id) ?? this.byId.get(id);
  }

  private numbered(description: ProbeDescription): NumberedProbe {
    const identity = probeIdentity(description);
    let numbered = this.byIdentity.get(identity);
    if (numbered === undefined) {
      numbered = { id: this.byId.size + 1, description };
      this.byIdentity.set(identity, numbered);
      this.byId.set(numbered.id, numbered);
    }
    return numbered;
  }
}
