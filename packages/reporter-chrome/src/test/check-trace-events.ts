/** A strict reader of Chrome trace events, after the public "Trace Event Format" document. */

/** An event as read. Members that a phase does not have are absent. */
export interface ChromeEvent {
  readonly ph: string;
  readonly name?: string;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly pid?: number;
  readonly tid?: number;
  readonly s?: string;
  readonly id?: string;
  readonly id2?: { readonly local?: string; readonly global?: string };
  readonly scope?: string;
  readonly bp?: string;
  readonly stack?: readonly string[];
  readonly args?: Readonly<Record<string, unknown>>;
}

const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
const isId = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

/** All that is wrong with `events`, in words. */
export function checkTraceEvents(events: readonly ChromeEvent[]): string[] {
  const problems: string[] = [];
  const flows = new Set<string>();
  const open = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    const wrong = (what: string): void => void problems.push(`event ${index}: ${what}`);
    const { ph } = event;
    if (typeof event.name !== "string" && ph !== "E") wrong("no name");
    if (!isId(event.pid)) wrong("pid is no id");
    if (!isId(event.tid)) wrong("tid is no id");
    if (ph !== "M" && !isTime(event.ts)) wrong("ts is no time");
    const thread = `${event.pid}/${event.tid}`;
    switch (ph) {
      case "X":
        if (!isTime(event.dur)) wrong("dur is no duration");
        break;
      case "B":
        open.set(thread, (open.get(thread) ?? 0) + 1);
        break;
      case "E": {
        const depth = open.get(thread) ?? 0;
        if (depth === 0) wrong("E without B");
        open.set(thread, depth - 1);
        break;
      }
      case "i":
        if (!["g", "p", "t", undefined].includes(event.s)) wrong(`no such scope: ${event.s}`);
        if (event.stack !== undefined && (event.s ?? "t") !== "t") wrong("only threads have stacks");
        break;
      case "C": {
        const series = Object.entries(event.args ?? {});
        if (series.length === 0) wrong("counter without series");
        for (const [name, value] of series)
          if (typeof value !== "number") wrong(`series ${name} is no number`);
        break;
      }
      case "b":
      case "n":
      case "e":
        if (event.cat === undefined) wrong("async without category");
        if (event.id === undefined && event.id2?.local === undefined && event.id2?.global === undefined)
          wrong("async without id");
        break;
      case "s":
      case "t":
      case "f": {
        const flow = `${event.cat} ${event.name} ${event.id}`;
        if (event.id === undefined) wrong("flow without id");
        if (ph === "s") flows.add(flow);
        else if (!flows.has(flow))
          wrong(ph === "f" ? "flow ends before it starts" : "flow goes on before it starts");
        break;
      }
      case "M":
        if (event.name !== "process_name" && event.name !== "thread_name")
          wrong(`no such metadata: ${event.name}`);
        else if (typeof event.args?.["name"] !== "string") wrong("metadata without a name");
        break;
      default:
        wrong(`no such phase: ${ph}`);
    }
  }
  return [...problems, ...checkNesting(events)];
}

/** Spans of one thread lie inside each other or apart. */
function checkNesting(events: readonly ChromeEvent[]): string[] {
  const problems: string[] = [];
  const spans = events
    .filter((event) => event.ph === "X")
    .map(({ name, pid, tid, ts = 0, dur = 0 }) => ({ name, thread: `${pid}/${tid}`, ts, end: ts + dur }))
    .sort((a, b) => a.ts - b.ts || b.end - a.end);
  const stacks = new Map<string, { name: string | undefined; end: number }[]>();
  // Sums of fractions are not exact.
  const slack = 1e-4;
  for (const span of spans) {
    const stack = stacks.get(span.thread) ?? [];
    stacks.set(span.thread, stack);
    while (stack.length > 0 && (stack.at(-1)?.end ?? 0) <= span.ts + slack) stack.pop();
    const around = stack.at(-1);
    if (around !== undefined && span.end > around.end + slack)
      problems.push(`spans overlap on thread ${span.thread}: ${around.name}, ${span.name}`);
    stack.push(span);
  }
  return problems;
}
