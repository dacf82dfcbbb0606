/** Running D scripts through the embedded backend's API. */
import { embeddedBackend } from "@trace/backend-embedded";
import type {
  AggregationEvent,
  AggregationRow,
  ProbeDescription,
  Run,
  Target,
  TraceEvent,
} from "@trace/core";
import { dLanguage } from "@trace/lang-d";

/** A run whose events are collected. */
export class CollectedRun {
  readonly events: TraceEvent[] = [];
  readonly ended: Promise<void>;
  readonly run: Run;
  #waiting: (() => void)[] = [];

  constructor(run: Run) {
    this.run = run;
    this.ended = this.#collect();
  }

  async #collect(): Promise<void> {
    for await (const event of this.run) {
      this.events.push(event);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Waits for an event that `matches`. */
  async until(matches: (event: TraceEvent) => boolean): Promise<TraceEvent> {
    for (;;) {
      const found = this.events.find(matches);
      if (found !== undefined) return found;
      if (this.events.at(-1)?.type === "end") throw new Error(`ended: ${describeEvents(this.events)}`);
      await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), this.ended]);
    }
  }

  async stop(): Promise<this> {
    this.run.stop();
    await this.ended;
    return this;
  }

  /** All events of a type, in order. */
  all<Type extends TraceEvent["type"]>(type: Type): Extract<TraceEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<TraceEvent, { type: Type }> => event.type === type);
  }

  /** The final rows of an aggregation: keys joined by a comma, and the state. */
  rows(name: string): Record<string, AggregationRow["state"]> {
    const final = this.events.find(
      (event): event is AggregationEvent => event.type === "aggregation" && event.final,
    );
    const snapshot = final?.aggregations.find((one) => one.name === name);
    if (snapshot === undefined) throw new Error(`no aggregation ${name}: ${describeEvents(this.events)}`);
    return Object.fromEntries(snapshot.rows.map(({ keys, state }) => [keys.map(String).join(), state]));
  }

  /** The diagnostics' codes. */
  codes(): readonly string[] {
    return this.all("diagnostic").map(({ diagnostic }) => diagnostic.code);
  }
}

function describeEvents(events: readonly TraceEvent[]): string {
  return JSON.stringify(events, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Compiles `script` for `target`, starts it, and waits until it is ready or has ended. */
export async function runScript(script: string, target: number | "system"): Promise<CollectedRun> {
  const backend = embeddedBackend();
  const wanted: Target = target === "system" ? { kind: "system" } : { kind: "process", pid: target };
  const probes: readonly ProbeDescription[] = await backend.list({ target: wanted });
  const { program, diagnostics } = dLanguage().parse(
    { name: "script.d", text: script },
    { probes, ...(target === "system" ? {} : { target }) },
  );
  if (program === undefined) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  const run = new CollectedRun(backend.start(backend.compile(program, { probes, target: wanted })));
  await run.until((event) => event.type === "ready" || event.type === "end");
  return run;
}
