/** Running D scripts on fixtures through the DTrace backend. */
import { dtraceBackend } from "@trace/backend-dtrace";
import type { Backend, TraceEvent } from "@trace/core";
import type { RunningFixture } from "../bpftrace/c-fixture.ts";
import { planScript, resultsOf, type TracedResults } from "../bpftrace/trace-fixture.ts";

const quickLibrary = process.env["TRACE_DTRACE_LIBRARY"];

/** The backend as CI provides it. */
export const backend: Backend = dtraceBackend({
  command: [process.env["TRACE_DTRACE"] ?? "dtrace"],
  ...(quickLibrary === undefined ? {} : { quickLibrary }),
});

/** All events of a script; `visit` sees each when it comes, with what stops the run. */
export async function collect(
  script: string,
  pid: number,
  visit: (event: TraceEvent, stop: () => void) => void,
): Promise<TracedResults> {
  const run = backend.start(await planScript(backend, script, pid));
  const events: TraceEvent[] = [];
  for await (const event of run) {
    events.push(event);
    visit(event, () => run.stop());
  }
  return { events, ...resultsOf(events) };
}

/** Runs `script` over all that the C fixture fires. */
export function traceFixture(script: string, fixture: RunningFixture): Promise<TracedResults> {
  return collect(script, fixture.pid, (event, stop) => {
    if (event.type === "ready") void fixture.fire().then(stop);
  });
}

/** What went wrong, by code. */
export function codes(events: readonly TraceEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === "diagnostic" ? [event.diagnostic.code] : event.type === "lost" ? [event.what] : [],
  );
}
